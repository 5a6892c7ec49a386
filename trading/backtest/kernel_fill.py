"""The fill of an entry: from an order to a position and the first half of its trade."""

import numpy as np

from trading.backtest.compiled import inner
from trading.backtest.kernel_values import HELD, NEVER, Slot, Terms
from trading.backtest.kernel_wake import set_wake
from trading.backtest.live_twins.costs import entry_fill, loss_per_unit
from trading.backtest.live_twins.grids import price_down, price_up
from trading.backtest.live_twins.numbers import FilterNumbers
from trading.backtest.records import ExitReason

_STOP = int(ExitReason.STOP)


@inner
def fill(slot: Slot, symbol: int, bar: int, at_ms: int, price: float, fee_fraction: float) -> None:
    """Make the resting order a position, filled at `price`."""
    account, held, terms = slot.account, slot.held, slot.terms
    held.state, held.quantity, held.trade = HELD, held.ordered, account.trades
    held.price, held.mark, held.best = price, price, price
    held.lowest, held.highest = price, price
    held.stop_reason, held.next_partial, held.is_fresh = _STOP, 0, 0
    held.unit = abs(price - held.stop) if terms.gains_in_r else price
    held.until_ms = min(at_ms + terms.held_at_most_ms, NEVER)
    account.due_ms = min(account.due_ms, held.until_ms)
    room = 1 / held.leverage - terms.maintenance
    held.liquidation = price * (1 - held.side * room)
    fee = held.quantity * price * fee_fraction
    account.wallet -= fee
    account.trades += 1
    _write_entry(slot, symbol, bar, at_ms, fee)
    set_wake(held, terms, slot.filters.tick)


@inner
def _write_entry(slot: Slot, symbol: int, bar: int, at_ms: int, fee: float) -> None:
    held, trade = slot.held, slot.trade
    trade.symbol, trade.side = symbol, held.side
    trade.entry_bar, trade.exit_bar = bar, -1
    trade.entry_ms, trade.exit_ms = at_ms, 0
    trade.quantity, trade.entry_price = held.quantity, held.price
    trade.exit_value, trade.gross, trade.fees, trade.funding = 0.0, 0.0, fee, 0.0
    trade.reason, trade.is_ambiguous = 0, 0
    trade.risk = np.nan
    if not np.isnan(held.stop):
        loss = loss_per_unit(held.side, held.price, held.stop, slot.terms.after_entry)
        trade.risk = held.quantity * loss


@inner
def market_fill(side: int, price: float, terms: Terms, filters: FilterNumbers) -> float:
    """Where a market entry fills while the price is `price`, on the tick grid, against us."""
    tick = filters.tick
    filled = entry_fill(side, book_price(side, price, terms, filters), terms.costs)
    if tick == 0:
        return filled
    return price_up(filled, tick) if side > 0 else price_down(filled, tick)


@inner
def book_price(side: int, price: float, terms: Terms, filters: FilterNumbers) -> float:
    """The ask for a buyer (`side` 1), the bid for a seller (-1), while the last price is `price`.

    Prices of the book lie on the tick grid, the last one need not: a tick may have changed.
    """
    tick, away = filters.tick, terms.half_spread_ticks
    if tick == 0 or away == 0:
        return price
    if side > 0:
        return price_down(price_down(price, tick) + (away + 0.5) * tick, tick)
    return price_down(price_up(price, tick) - (away - 0.5) * tick, tick)
