"""Twin of `trading.account_gate`: what forbids every entry, whatever the symbol."""

from numba import njit

from trading.backtest.live_twins.codes import DAILY_LOSS, DRAWDOWN, PASSES
from trading.backtest.live_twins.numbers import AccountNumbers, LimitNumbers
from trading.backtest.live_twins.ties import at_most


@njit(cache=True, nogil=True)
def check_account(account: AccountNumbers, limits: LimitNumbers) -> int:
    """0 if the account may enter any trade at all; exactly at a limit it may not."""
    if at_most(account.equity, _floor(account.day_start_equity, limits.max_daily_loss_fraction)):
        return DAILY_LOSS
    highest, floor = account.high_water, _floor(account.high_water, limits.max_drawdown_fraction)
    if highest > account.equity and at_most(account.equity, floor):
        return DRAWDOWN
    return PASSES


@njit(cache=True, nogil=True)
def daily_room(account: AccountNumbers, limits: LimitNumbers) -> float:
    """USDT that may still be lost today before entries stop; 0 or less: they have stopped."""
    return account.equity - _floor(account.day_start_equity, limits.max_daily_loss_fraction)


@njit(cache=True, nogil=True)
def _floor(equity: float, fraction: float) -> float:
    return equity - fraction * equity
