"""What the kernel reads and writes: records and columns that compiled code can hold.

A record class below is both: what a type checker sees of one row of an array, and, by `layout`,
how that row lies in memory. Records travel between compiled functions as one pointer each.
"""

from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from trading.backtest.bars import Floats, Integers
from trading.backtest.live_twins.numbers import CostNumbers, FilterNumbers, LimitNumbers
from trading.backtest.market import Candle
from trading.backtest.records_in_memory import Records, Rows, RowsByTwo, layout

FLAT: Final = 0
RESTING: Final = 1
HELD: Final = 2
"""The states of a `Position`."""

NEVER: Final = 2**62
"""A moment in milliseconds, and a bar, that no candle reaches."""


class FinerCandle(Protocol):
    """A candle inside a bar."""

    opened_ms: int
    candle: Candle


class OrderRow(Protocol):
    """A signal as an order; rows ascend by bar, then symbol. NaN: none."""

    bar: int  # at whose open it acts; NEVER in the last row
    symbol: int
    side: int  # 0 only closes
    close: int
    stop: float
    target: float
    limit: float
    size: float
    quoted: float  # close of the bar the signal was made on
    atr_fraction: float
    swing: float


class Settlement(Protocol):
    """Funding of one symbol; rows of all symbols ascend by time."""

    at_ms: int  # NEVER in the last row
    symbol: int
    rate: float
    interval_ms: int  # since the one before; 0: unknown


class Terms(Protocol):
    """`Rules` as numbers; a distance of NaN is no such rule, flags are 0 and 1."""

    size_kind: int  # place in `rules.SIZE_KINDS`
    size_amount: float
    is_quoted_at_close: int
    maker: float
    costs: CostNumbers  # what fills pay
    planned: CostNumbers  # what sizes assume
    after_entry: CostNumbers  # what leaving costs once the entry has slipped
    target_is_maker: int
    spread_bps: float
    half_spread_ticks: float
    stop_fraction: float
    target: float
    trailing_distance: float
    trailing_from: float
    break_even_at: float
    partials: int
    partial_gains: Floats
    partial_portions: Floats
    gains_in_r: int
    held_at_most_ms: int  # NEVER: no limit
    opposite: int  # place in `exit_rules.OPPOSITES`
    inside_bar: int  # place in `exit_rules.INSIDE_BARS`
    gap_fills_at_target: int
    leverage: float
    maintenance: float
    has_brakes: int
    closes_on_brake: int
    limit_valid_ms: int
    needs_stop: int
    has_protections: int
    is_desk: int
    is_smallest_only: int
    limits: LimitNumbers


class Position(Protocol):
    """What one symbol holds, or the order it has resting."""

    state: int
    side: int
    trade: int  # row of `World.trades`; -1: none
    closed_by: int  # row of `World.orders` that closed what was held before
    quantity: float  # held now; 0 while an order rests
    ordered: float  # all of the entry
    price: float  # filled at; the limit while an order rests
    mark: float  # last known price
    stop: float  # NaN: none
    stop_reason: int  # ExitReason if it is hit
    target: float  # NaN: none
    unit: float  # USDT of one unit of gain
    best: float  # most favourable price since the entry
    lowest: float  # price while it is held, the entry's included
    highest: float
    next_partial: int
    leverage: float
    liquidation: float
    until_ms: int  # a resting order expires, a position is left
    is_fresh: int  # filled inside this candle: what came before is not its
    lower: float  # nothing can happen while the candle
    upper: float  # stays between these two


class Trade(Protocol):
    """A round trip, filled in as it goes on."""

    symbol: int
    side: int
    entry_bar: int
    exit_bar: int
    entry_ms: int
    exit_ms: int
    quantity: float
    entry_price: float
    exit_value: float  # sum of quantity x price of all exits
    gross: float
    fees: float
    funding: float
    risk: float
    lowest: float  # price while it was held, of the exit's bar nothing
    highest: float
    reason: int
    is_ambiguous: int


class Ended(Protocol):
    """A closed trade in the order of closing, for the protections."""

    closed_ms: int
    symbol: int
    pnl: float
    was_stopped: int


class Account(Protocol):
    """The account, and how far the run has come."""

    wallet: float  # initial equity and all that was booked since
    equity: float  # at the last close
    high_water: float
    day_start: float
    day: int  # since 1970
    entries_today: int
    active: int  # positions and resting orders: the first rows of `World.active`
    trades: int
    ended: int
    next_order: int
    next_funding: int
    due_ms: int  # the next moment at which time alone does something
    brake: int  # code of the limit that stops all entries; 0: none
    closing: int  # ExitReason of a brake that closes everything at the next open
    asked_ms: int  # moment at which a desk last read its balance
    asked_wallet: float  # what was booked by then
    asked_equity: float  # what the account was worth then


class Curve(Protocol):
    """What is known of the equities that were not kept."""

    first: int  # bar of the grid that stands first in the columns
    days: int  # whose ends are past
    highest: float
    lowest: float  # below it the fall from the highest is the deepest so far
    deepest: float  # fall, as a fraction of the highest
    exposed: float  # sum of the exposures


FINER: Final = layout(FinerCandle)
ORDER: Final = layout(OrderRow)
SETTLEMENT: Final = layout(Settlement)
FILTERS: Final = layout(FilterNumbers)
TERMS: Final = layout(Terms)
POSITION: Final = layout(Position)
TRADE: Final = layout(Trade)
ENDED: Final = layout(Ended)
ACCOUNT: Final = layout(Account)
CURVE: Final = layout(Curve)


class World(NamedTuple):
    """The market, the orders, the rules and the books of one run.

    Bars come first in shapes: `candles` is (n_bars, n_symbols), NaN where a symbol has none.
    `finer_first` says at which row of `finer` the candles inside a bar begin, -1 where they do not
    fill it; it has shape (0, 0) where there are none at all.
    """

    interval_ms: int
    opened_ms: Integers
    candles: RowsByTwo[Candle]
    finer_first: Integers
    finer_per_bar: Integers
    finer: Rows[FinerCandle]
    settlements: Rows[Settlement]
    filters: Rows[FilterNumbers]
    groups: NDArray[np.bool_]  # (n_groups, n_symbols): who is in which exposure group
    orders: Rows[OrderRow]
    terms: Rows[Terms]  # one row
    account: Rows[Account]  # one row
    positions: Rows[Position]  # one per symbol
    active: Integers  # symbols that hold something or have an order resting, ascending
    trades: Rows[Trade]
    ended: Records
    refused: Integers  # how often, by the codes of `refusals`
    notionals: Floats  # scratch: what each symbol holds or has promised, USDT
    equity: Floats  # at the closes of all bars, or of a few at a time, measured and forgotten
    exposure: Floats
    curve: Rows[Curve]  # one row
    day_ends: Integers  # bars whose equity is noted though the column is not kept
    day_equity: Floats


class Slot(NamedTuple):
    """One symbol in the books: who pays, what is held, the row it is written to, the rules."""

    account: Account
    held: Position
    trade: Trade
    terms: Terms
    filters: FilterNumbers


class Span(NamedTuple):
    """When a candle was: its bar of the grid, its open and its close in milliseconds."""

    bar: int
    opened_ms: int
    closed_ms: int
