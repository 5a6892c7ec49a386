"""Twin of `trading.capacity`: room for one more trade beside what is open."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trading.backtest.bars import Floats
from trading.backtest.live_twins.codes import (
    ENTRIES_PER_DAY,
    GROUP_EXPOSURE,
    MAX_POSITIONS,
    PASSES,
    POSITION_OPEN,
    SYMBOL_EXPOSURE,
    TOTAL_EXPOSURE,
)
from trading.backtest.live_twins.numbers import AccountNumbers, LimitNumbers
from trading.backtest.live_twins.ties import at_most


@njit(cache=True, nogil=True)
def check_capacity(notional: float, account: AccountNumbers, limits: LimitNumbers) -> int:
    """0 if a new position of this notional fits beside what is open."""
    if account.is_held:
        return POSITION_OPEN
    if account.open_count >= limits.max_open_positions:
        return MAX_POSITIONS
    if account.entries_today >= limits.max_entries_per_day:
        return ENTRIES_PER_DAY
    return _check_exposure(notional, account, limits)


@njit(cache=True, nogil=True)
def exposure_room(account: AccountNumbers, limits: LimitNumbers) -> float:
    """The largest notional a symbol that holds nothing may take; 0 or less: no room."""
    equity = account.equity
    return min(
        equity * limits.max_symbol_exposure_fraction,
        equity * limits.max_total_exposure_fraction - account.exposure,
        equity * limits.max_group_exposure_fraction - account.group_exposure,
    )


@njit(cache=True, nogil=True)
def largest_group_exposure(symbol: int, members: NDArray[np.bool_], notionals: Floats) -> float:
    """The exposure of the fullest group that `symbol` is in; minus infinity: it is in none.

    `members` has shape (n_groups, n_symbols) and says who belongs to a group, `notionals` has
    shape (n_symbols,).
    """
    largest = -np.inf
    for group in range(members.shape[0]):
        if not members[group, symbol]:
            continue
        held = 0.0
        for other in range(members.shape[1]):
            held += notionals[other] if members[group, other] else 0.0
        largest = max(largest, held)
    return largest


@njit(cache=True, nogil=True)
def _check_exposure(notional: float, account: AccountNumbers, limits: LimitNumbers) -> int:
    equity = account.equity
    if not at_most(notional, equity * limits.max_symbol_exposure_fraction):
        return SYMBOL_EXPOSURE
    total = account.exposure + notional
    if not at_most(total, equity * limits.max_total_exposure_fraction):
        return TOTAL_EXPOSURE
    # In no group the sum is minus infinity, which `at_most` must not multiply.
    grouped = account.group_exposure + notional
    if grouped > 0 and not at_most(grouped, equity * limits.max_group_exposure_fraction):
        return GROUP_EXPOSURE
    return PASSES
