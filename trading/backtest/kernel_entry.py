"""Entering: from an order to its levels, its size, its place in the books and its fill."""

import numpy as np

from trading.backtest.compiled import inlined, inner
from trading.backtest.kernel_account import account_at_open
from trading.backtest.kernel_book import seat
from trading.backtest.kernel_fill import book_price, fill, market_fill
from trading.backtest.kernel_size import fit_entry
from trading.backtest.kernel_values import (
    HELD,
    NEVER,
    RESTING,
    Account,
    OrderRow,
    Slot,
    Terms,
    World,
)
from trading.backtest.kernel_wake import set_wake
from trading.backtest.live_twins.codes import PASSES, POSITION_OPEN, STOP_SIDE, TARGET_DISTANCE
from trading.backtest.live_twins.grids import price_down, price_up
from trading.backtest.live_twins.numbers import AccountNumbers, EntryNumbers, Fitted
from trading.backtest.refusals import RUINED, STOP_MISSING


@inlined
def consider(world: World, row: int, bar: int) -> None:
    """Enter by row `row` of the orders at the open of `bar`, or count why not."""
    order = world.orders[row]
    held = world.positions[order.symbol]
    if held.closed_by == row:
        return  # it was to close only
    if held.state == HELD:
        world.refused[POSITION_OPEN] += 1
        return
    entry = _entry(world, order, bar)
    code = _check_levels(entry, world.terms[0])
    if code == PASSES:
        code = _place(world, order, entry, bar)
    world.refused[code] += 1


@inlined
def _entry(world: World, order: OrderRow, bar: int) -> EntryNumbers:
    """The trade that is wished for, at the price it is sized at."""
    terms, filters = world.terms[0], world.filters[order.symbol]
    side, quote, filled = order.side, order.limit, order.limit
    if np.isnan(quote):
        quote = world.candles[bar, order.symbol].open
        if terms.is_quoted_at_close:
            quote = order.quoted
        filled = market_fill(side, quote, terms, filters)
        quote = book_price(side, quote, terms, filters)
    stop, target = order.stop, order.target
    if np.isnan(stop):
        stop = _level(side, filled * (1 - side * terms.stop_fraction), filters.tick)
    if np.isnan(target):
        unit = abs(filled - stop) if terms.gains_in_r else filled
        target = _level(side, filled + side * terms.target * unit, filters.tick)
    return EntryNumbers(
        order.symbol, world.opened_ms[bar], side, quote, stop, target, terms.spread_bps
    )


@inner
def _level(side: int, price: float, tick: float) -> float:
    """`price` on the tick grid as the live desk rounds its levels: long down, short up."""
    if tick == 0 or np.isnan(price):
        return price
    return price_down(price, tick) if side > 0 else price_up(price, tick)


@inner
def _check_levels(entry: EntryNumbers, terms: Terms) -> int:
    """0 if stop and target, where there are any, lie on their sides of the price."""
    if np.isnan(entry.stop):
        if terms.needs_stop:
            return STOP_MISSING
    elif entry.stop <= 0 or entry.side * (entry.price - entry.stop) <= 0:
        return STOP_SIDE
    # Comparisons with NaN, no target, are false.
    return TARGET_DISTANCE if entry.side * (entry.target - entry.price) <= 0 else PASSES


@inlined
def _place(world: World, order: OrderRow, entry: EntryNumbers, bar: int) -> int:
    """Send the entry in the size the account allows; the code of the limit that forbids it."""
    account = account_at_open(world, entry.symbol, bar)
    code = _check_account(world.account[0], account)
    if code != PASSES:
        return code
    fitted = fit_entry(world, order, entry, account)
    if fitted.code != PASSES:
        return fitted.code
    if not np.isnan(order.limit):
        _rest(world, entry, fitted)
        set_wake(world.positions[entry.symbol], world.terms[0], world.filters[entry.symbol].tick)
        return PASSES
    terms, filters = world.terms[0], world.filters[entry.symbol]
    price = market_fill(entry.side, world.candles[bar, entry.symbol].open, terms, filters)
    # Where the market opened beyond a level the exchange would not take the order.
    if entry.side * (price - entry.stop) <= 0:
        return STOP_SIDE
    if entry.side * (entry.target - price) <= 0:
        return TARGET_DISTANCE
    _rest(world, entry, fitted)
    own, held = world.account[0], world.positions[entry.symbol]
    slot = Slot(own, held, world.trades[own.trades], terms, filters)
    fill(slot, entry.symbol, bar, entry.at_ms, price, terms.costs.taker)
    return PASSES


@inner
def _check_account(own: Account, account: AccountNumbers) -> int:
    """0 unless the account is ruined or a brake holds."""
    return RUINED if account.equity <= 0 else own.brake


@inlined
def _rest(world: World, entry: EntryNumbers, fitted: Fitted) -> None:
    """Put the order into the books; a market order rests for no time at all."""
    account, held, terms = world.account[0], world.positions[entry.symbol], world.terms[0]
    held.state, held.side, held.trade = RESTING, entry.side, -1
    held.quantity, held.ordered = 0.0, fitted.quantity
    held.price, held.mark = entry.price, entry.price
    held.stop, held.target, held.leverage = entry.stop, entry.target, fitted.leverage
    held.until_ms = min(entry.at_ms + terms.limit_valid_ms, NEVER)
    seat(world, entry.symbol)
    account.entries_today += 1
