"""Leaving a position: at the open, at a level, in parts, by liquidation; and what it books."""

from trading.backtest.compiled import inner
from trading.backtest.kernel_fill import book_price
from trading.backtest.kernel_values import FLAT, Slot, Terms
from trading.backtest.live_twins.costs import exit_fill
from trading.backtest.live_twins.grids import price_down, price_up
from trading.backtest.live_twins.numbers import FilterNumbers
from trading.backtest.records import ExitReason

_BY_LIQUIDATION = int(ExitReason.LIQUIDATION)
_BY_TARGET = int(ExitReason.TARGET)
_DUST = 1e-9
"""Of the entry's quantity: the rest of parts that add up to all of it."""


@inner
def leave_at_open(slot: Slot, bar: int, opened_ms: int, price: float, reason: int) -> None:
    """Close by a market order at the open `price`; NaN, where there is no candle, leaves it held.

    An open beyond the liquidation price was liquidated before any order could be sent.
    """
    held = slot.held
    if not price > 0:
        return
    if held.side * (price - held.liquidation) <= 0:
        liquidate(slot, bar, opened_ms)
    else:
        leave_by_market(slot, bar, opened_ms, price, reason)


@inner
def leave_by_market(slot: Slot, bar: int, at_ms: int, price: float, reason: int) -> None:
    """Close all that is held by a market order triggered at `price`, which slips."""
    filled = slipped_exit(slot.held.side, price, slot.terms, slot.filters)
    book_exit(slot, slot.held.quantity, filled, slot.terms.costs.taker, reason)
    _end(slot, bar, at_ms)


@inner
def liquidate(slot: Slot, bar: int, at_ms: int) -> None:
    """Lose the margin: closed at the bankruptcy price with a taker fee (bybit_v5.md §4.5)."""
    held = slot.held
    bankruptcy = held.price * (1 - held.side / held.leverage)
    book_exit(slot, held.quantity, bankruptcy, slot.terms.costs.taker, _BY_LIQUIDATION)
    _end(slot, bar, at_ms)


@inner
def leave_part(
    slot: Slot, bar: int, at_ms: int, quantity: float, price: float, fee_fraction: float
) -> None:
    """Close `quantity` at a target's fill; the trade ends when nothing is left."""
    book_exit(slot, quantity, price, fee_fraction, _BY_TARGET)
    if slot.held.quantity <= _DUST * slot.held.ordered:
        _end(slot, bar, at_ms)


@inner
def book_exit(slot: Slot, quantity: float, price: float, fee_fraction: float, reason: int) -> None:
    """Book `quantity` of what is held as closed at `price`."""
    held, trade = slot.held, slot.trade
    gross = held.side * quantity * (price - held.price)
    fee = quantity * price * fee_fraction
    slot.account.wallet += gross - fee
    trade.gross += gross
    trade.fees += fee
    trade.exit_value += quantity * price
    trade.reason = reason
    held.quantity -= quantity


@inner
def slipped_exit(side: int, price: float, terms: Terms, filters: FilterNumbers) -> float:
    """Where a market exit triggered at `price` fills, on the tick grid, rounded against us."""
    tick = filters.tick
    filled = exit_fill(side, book_price(-side, price, terms, filters), terms.costs)
    if tick == 0:
        return filled
    # The exchange has no price below one tick.
    return max(price_down(filled, tick), tick) if side > 0 else price_up(filled, tick)


@inner
def _end(slot: Slot, bar: int, at_ms: int) -> None:
    held, trade = slot.held, slot.trade
    held.state, held.quantity = FLAT, 0.0
    trade.exit_bar, trade.exit_ms = bar, at_ms
    trade.lowest, trade.highest = held.lowest, held.highest
