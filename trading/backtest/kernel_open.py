"""What happens at the open of a bar: what time brings, then exits, then entries."""

from trading.backtest.compiled import inlined, inner
from trading.backtest.kernel_account import begin_day, next_due, settle_funding
from trading.backtest.kernel_book import drop, drop_symbol
from trading.backtest.kernel_entry import consider
from trading.backtest.kernel_exit import leave_at_open
from trading.backtest.kernel_values import (
    FLAT,
    HELD,
    RESTING,
    OrderRow,
    Position,
    Slot,
    Terms,
    World,
)
from trading.backtest.records import ExitReason
from trading.backtest.refusals import LIMIT_NOT_FILLED

_REVERSE, _CLOSE, _KEEP = range(3)
"""The places in `exit_rules.OPPOSITES`."""

_BY_SIGNAL = int(ExitReason.SIGNAL)
_BY_REVERSAL = int(ExitReason.REVERSED)
_BY_TIME = int(ExitReason.TIME)


@inlined
def trade_open(world: World, bar: int) -> None:
    """All that the open of `bar` does, in the order `kernel` tells."""
    account, orders, opened_ms = world.account[0], world.orders, world.opened_ms[bar]
    if opened_ms >= account.due_ms:
        settle_funding(world, bar)
        begin_day(account, opened_ms)
        if account.closing:
            _close_all(world, bar)
    first = account.next_order
    while orders[account.next_order].bar == bar:
        _leave_by_signal(world, account.next_order, bar)
        account.next_order += 1
    if opened_ms >= account.due_ms:
        _leave_by_time(world, bar)
    for row in range(first, account.next_order):
        if orders[row].side != 0:
            consider(world, row, bar)
    account.due_ms = next_due(world)


@inlined
def _leave(world: World, symbol: int, bar: int, reason: int) -> bool:
    """Close at the open or take a resting order back; False where there is no candle."""
    held = world.positions[symbol]
    if held.state != HELD:
        return True
    trade, filters = world.trades[held.trade], world.filters[symbol]
    slot = Slot(world.account[0], held, trade, world.terms[0], filters)
    leave_at_open(slot, bar, world.opened_ms[bar], world.candles[bar, symbol].open, reason)
    return bool(held.state == FLAT)


@inlined
def _close_all(world: World, bar: int) -> None:
    """Close for a brake; a symbol without a candle waits for its next one."""
    account, place = world.account[0], 0
    while place < account.active:
        if _leave(world, world.active[place], bar, account.closing):
            drop(world, place)
        else:
            place += 1
    if account.active == 0:
        account.closing = 0


@inlined
def _leave_by_signal(world: World, row: int, bar: int) -> None:
    order, terms = world.orders[row], world.terms[0]
    held = world.positions[order.symbol]
    if held.state == RESTING:
        world.refused[LIMIT_NOT_FILLED] += 1
        drop_symbol(world, order.symbol)
    reason = _why(order, held, terms)
    if reason == 0:
        return
    if terms.opposite == _CLOSE and not order.close:
        held.closed_by = row
    if _leave(world, order.symbol, bar, reason):
        drop_symbol(world, order.symbol)


@inner
def _why(order: OrderRow, held: Position, terms: Terms) -> int:
    """The reason for which `order` ends what is held, 0 if it does not."""
    if held.state != HELD:
        return 0
    if order.close:
        return _BY_SIGNAL
    if order.side * held.side >= 0 or terms.opposite == _KEEP:
        return 0
    return _BY_REVERSAL if terms.opposite == _REVERSE else _BY_SIGNAL


@inlined
def _leave_by_time(world: World, bar: int) -> None:
    account, opened_ms, place = world.account[0], world.opened_ms[bar], 0
    while place < account.active:
        symbol = world.active[place]
        held = world.positions[symbol]
        if opened_ms < held.until_ms:
            place += 1
            continue
        if held.state == RESTING:
            world.refused[LIMIT_NOT_FILLED] += 1
        if _leave(world, symbol, bar, _BY_TIME):
            drop(world, place)
        else:
            place += 1
