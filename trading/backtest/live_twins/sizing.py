"""Twin of `trading.sizing` and of what `trading.risk` does with it: how much may be traded."""

import numpy as np
from numba import njit

from trading.backtest.live_twins.account_gate import daily_room
from trading.backtest.live_twins.capacity import exposure_room
from trading.backtest.live_twins.codes import (
    AVAILABLE_BALANCE,
    DAILY_LOSS,
    MINIMUM_NOTIONAL,
    MINIMUM_QUANTITY,
    PASSES,
)
from trading.backtest.live_twins.costs import loss_per_unit
from trading.backtest.live_twins.grids import quantity_down, quantity_up
from trading.backtest.live_twins.numbers import (
    AccountNumbers,
    DeskNumbers,
    EntryNumbers,
    FilterNumbers,
    Fitted,
)
from trading.backtest.live_twins.ties import SLACK, at_least


@njit(cache=True, nogil=True)
def refused(code: int) -> Fitted:
    """Nothing may be traded, because of `code`."""
    return Fitted(code, 0.0, 0.0, 0.0, 0.0)


@njit(cache=True, nogil=True)
def smallest_notional(entry: EntryNumbers, filters: FilterNumbers) -> float:
    """The value of the smallest order the exchange takes at the entry's price."""
    return max(filters.minimum_quantity * entry.price, filters.minimum_notional)


@njit(cache=True, nogil=True)
def leverage_for(entry: EntryNumbers, desk: DeskNumbers) -> float:
    """The largest allowed whole leverage with liquidation far enough behind the stop; 0: none."""
    limits, largest = desk.limits, desk.filters.maximum_leverage
    stop_fraction = abs(entry.price - entry.stop) / entry.price
    needed = limits.liquidation_stop_distances * stop_fraction + 1 / largest
    allowed = min(limits.max_leverage, largest, 1 / needed)
    return float(np.floor(allowed * (1 + SLACK)))


@njit(cache=True, nogil=True)
def fit(
    entry: EntryNumbers, account: AccountNumbers, desk: DeskNumbers, leverage: float
) -> Fitted:
    """The quantity that risk, daily loss, exposure and balance leave, or why it is none."""
    balance = _balance_room(account, desk, leverage)
    if not at_least(balance, smallest_notional(entry, desk.filters)):
        return refused(AVAILABLE_BALANCE)
    room = min(balance, exposure_room(account, desk.limits))
    budget = account.equity * desk.limits.risk_fraction_per_trade
    daily = daily_room(account, desk.limits)
    fitted = size(entry, desk, min(budget, daily), room, leverage)
    if fitted.code != PASSES:
        return refused(DAILY_LOSS) if daily < budget * (1 - SLACK) else fitted
    return _smallest(entry, desk, fitted) if desk.smallest_only else fitted


@njit(cache=True, nogil=True)
def size(
    entry: EntryNumbers, desk: DeskNumbers, budget: float, room: float, leverage: float
) -> Fitted:
    """The largest quantity whose worst loss is within `budget` and whose value within `room`."""
    filters = desk.filters
    loss = loss_per_unit(entry.side, entry.price, entry.stop, desk.costs)
    affordable = min(max(budget, 0.0) / loss, max(room, 0.0) / entry.price)
    quantity = quantity_down(min(affordable, filters.maximum_quantity), filters.step)
    if not at_least(quantity, filters.minimum_quantity):
        return refused(MINIMUM_QUANTITY)
    if not at_least(quantity * entry.price, filters.minimum_notional):
        return refused(MINIMUM_NOTIONAL)
    return Fitted(PASSES, quantity, quantity * loss, quantity * entry.price, leverage)


@njit(cache=True, nogil=True)
def _smallest(entry: EntryNumbers, desk: DeskNumbers, within: Fitted) -> Fitted:
    """The smallest order the exchange takes even if the price slips down; at most `within`."""
    filters = desk.filters
    lowest = entry.price * (1 - desk.costs.entry_slippage)
    least = max(filters.minimum_quantity, filters.minimum_notional / lowest)
    quantity = min(quantity_up(least, filters.step), within.quantity)
    loss = within.risk / within.quantity
    return Fitted(PASSES, quantity, quantity * loss, quantity * entry.price, within.leverage)


@njit(cache=True, nogil=True)
def _balance_room(account: AccountNumbers, desk: DeskNumbers, leverage: float) -> float:
    """The largest notional the free balance can carry: margin, both fees, entry slippage."""
    costs = desk.costs
    bound = (1 + costs.entry_slippage) * (1 / leverage + 2 * costs.taker)
    return account.free_margin / bound
