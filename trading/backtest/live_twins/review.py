"""Twin of `trading.risk.review`: every limit of the desk in the order in which it is asked."""

from numba import njit

from trading.backtest.live_twins.account_gate import check_account
from trading.backtest.live_twins.capacity import check_capacity
from trading.backtest.live_twins.codes import LEVERAGE, PASSES
from trading.backtest.live_twins.numbers import (
    AccountNumbers,
    ConditionNumbers,
    DeskNumbers,
    EntryNumbers,
    Fitted,
    RecentTrades,
)
from trading.backtest.live_twins.recent_trades import check_recent_trades
from trading.backtest.live_twins.signal_gate import check_signal
from trading.backtest.live_twins.sizing import fit, leverage_for, refused, smallest_notional


@njit(cache=True, nogil=True)
def review(
    entry: EntryNumbers,
    conditions: ConditionNumbers,
    account: AccountNumbers,
    trades: RecentTrades,
    desk: DeskNumbers,
) -> Fitted:
    """How much of `entry` the limits allow, or the code of the limit that forbids it."""
    limits = desk.limits
    code = check_account(account, limits)
    if code == PASSES:
        code = check_signal(entry, conditions, desk.costs, limits)
    if code == PASSES:
        code = check_recent_trades(entry, trades, limits, account.equity)
    if code == PASSES:
        code = check_capacity(smallest_notional(entry, desk.filters), account, limits)
    if code != PASSES:
        return refused(code)
    leverage = leverage_for(entry, desk)
    return refused(LEVERAGE) if leverage < 1 else fit(entry, account, desk, leverage)
