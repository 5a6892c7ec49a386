"""One backtest: signals traded over a market by rules."""

from collections.abc import Mapping, Sequence

import numpy as np

from trading.backtest.bars import Floats
from trading.backtest.kernel import advance
from trading.backtest.kernel_values import World
from trading.backtest.market import Market
from trading.backtest.orders import make_orders
from trading.backtest.records import Backtest, ExitReason, TradeColumns
from trading.backtest.records_in_memory import Records, columns_of
from trading.backtest.refusals import NAMES, NO_NEXT_BAR
from trading.backtest.rules import Rules
from trading.backtest.scene import make_world, written_trades
from trading.backtest.signals import Signals

_SAME = (
    "entry_bar", "exit_bar", "entry_ms", "exit_ms", "quantity", "entry_price", "gross", "fees",
    "funding", "risk",
)  # fmt: skip
"""Columns that `TradeColumns` has as the engine wrote them."""


def run(market: Market, signals: Sequence[Signals], rules: Rules) -> Backtest:
    """Trade `signals`, at most one per symbol, over `market` by `rules`.

    A symbol without signals is not traded. What is open at the end is valued at the last close;
    the equity then is the initial one and the net of all trades. Raises InvariantError for signals
    that do not fit the market.
    """
    orders, late = make_orders(market, signals)
    world = make_world(market, orders, rules)
    advance(world, 0, len(market))
    world.refused[NO_NEXT_BAR] += late
    return finish(market, world, rules)


def finish(market: Market, world: World, rules: Rules) -> Backtest:
    """What the books say, once the last bar is traded."""
    value_open_trades(market, world)
    return Backtest(
        symbols=market.symbols,
        interval_ms=market.interval_ms,
        initial_equity=rules.account.initial_equity_usdt,
        at_ms=market.at_ms,
        equity=world.equity,
        exposure=world.exposure,
        trades=_columns(written_trades(world)),
        refused={
            name: int(count)
            for name, count in zip(NAMES, world.refused, strict=True)
            if name and count
        },
    )


def value_open_trades(market: Market, world: World) -> None:
    """Value what is still held at its last price, without a fee, as the last equity does."""
    held, trades = columns_of(world.positions), columns_of(world.trades)
    held = held[held["quantity"] > 0]
    rows = held["trade"]
    trades["exit_bar"][rows] = len(market) - 1
    trades["exit_ms"][rows] = market.at_ms[-1]
    trades["exit_value"][rows] += held["quantity"] * held["mark"]
    trades["gross"][rows] += held["side"] * held["quantity"] * (held["mark"] - held["price"])
    trades["reason"][rows] = ExitReason.OPEN_AT_END
    for name in ("lowest", "highest"):
        trades[name][rows] = held[name]


def _columns(rows: Records) -> TradeColumns:
    columns = {name: np.ascontiguousarray(rows[name]) for name in rows.dtype.names or ()}
    exit_price = columns["exit_value"] / columns["quantity"]
    against, for_it = _excursions(columns, exit_price)
    return TradeColumns(
        symbol=columns["symbol"].astype(np.int16),
        side=columns["side"].astype(np.int8),
        exit_price=exit_price,
        net=columns["gross"] - columns["fees"] + columns["funding"],
        adverse=against,
        favourable=for_it,
        reason=columns["reason"].astype(np.int8),
        is_ambiguous=columns["is_ambiguous"].astype(np.bool_),
        **{name: columns[name] for name in _SAME},
    )


def _excursions(columns: Mapping[str, Floats], exit_price: Floats) -> tuple[Floats, Floats]:
    """The furthest against and for each trade, as fractions of the entry price.

    All bars from the entry on count, but of the exit's bar only the exit: whether its extremes
    came before is unknown (learning.md §4.2.7).
    """
    entered, is_long = columns["entry_price"], columns["side"] > 0
    fall = (entered - np.minimum(columns["lowest"], exit_price)) / entered
    rise = (np.maximum(columns["highest"], exit_price) - entered) / entered
    return np.where(is_long, fall, rise), np.where(is_long, rise, fall)
