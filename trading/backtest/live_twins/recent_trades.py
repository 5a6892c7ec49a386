"""Twin of `trading.recent_trades`: a pause after a stop, and no more of what keeps losing.

Trades stand in the order of their closing, so every rule walks back from the newest one and stops
at its window's end.
"""

from numba import njit

from trading.backtest.live_twins.codes import COOLDOWN, LOSING_SYMBOL, PASSES, STOP_GUARD
from trading.backtest.live_twins.numbers import EntryNumbers, LimitNumbers, RecentTrades
from trading.backtest.live_twins.ties import at_least


@njit(cache=True, nogil=True)
def check_recent_trades(
    entry: EntryNumbers, trades: RecentTrades, limits: LimitNumbers, equity: float
) -> int:
    """0 if the closed trades allow this one; a trade counts while it is younger than a window."""
    if _is_cooling(entry, trades, limits):
        return COOLDOWN
    if _is_guarded(entry, trades, limits):
        return STOP_GUARD
    if _is_streak(entry, trades, limits) or _is_costly(entry, trades, limits, equity):
        return LOSING_SYMBOL
    return PASSES


@njit(cache=True, nogil=True)
def _is_cooling(entry: EntryNumbers, trades: RecentTrades, limits: LimitNumbers) -> bool:
    since = entry.at_ms - limits.cooldown_ms
    for row in range(trades.rows - 1, -1, -1):
        if trades.closed_ms[row] <= since:
            return False
        by_scope = limits.cooldown_of_account or trades.symbol[row] == entry.symbol
        if by_scope and trades.was_stopped[row]:
            return True
    return False


@njit(cache=True, nogil=True)
def _is_guarded(entry: EntryNumbers, trades: RecentTrades, limits: LimitNumbers) -> bool:
    since, stops = entry.at_ms - limits.stop_guard_window_ms, 0
    for row in range(trades.rows - 1, -1, -1):
        if trades.closed_ms[row] <= since or stops == limits.stop_guard_stops:
            break
        stops += 1 if trades.was_stopped[row] else 0
    return 0 < limits.stop_guard_stops <= stops


@njit(cache=True, nogil=True)
def _is_streak(entry: EntryNumbers, trades: RecentTrades, limits: LimitNumbers) -> bool:
    since, lost = entry.at_ms - limits.losing_symbol_window_ms, 0
    for row in range(trades.rows - 1, -1, -1):
        if trades.closed_ms[row] <= since or lost == limits.losing_symbol_trades:
            break
        if trades.symbol[row] != entry.symbol:
            continue
        if trades.pnl[row] >= 0:
            return False
        lost += 1
    return 0 < limits.losing_symbol_trades <= lost


@njit(cache=True, nogil=True)
def _is_costly(
    entry: EntryNumbers, trades: RecentTrades, limits: LimitNumbers, equity: float
) -> bool:
    since, net = entry.at_ms - limits.losing_symbol_window_ms, 0.0
    for row in range(trades.rows - 1, -1, -1):
        if trades.closed_ms[row] <= since:
            break
        if trades.symbol[row] == entry.symbol:
            net += trades.pnl[row]
    return net < 0 and at_least(-net, equity * limits.max_symbol_loss_fraction)
