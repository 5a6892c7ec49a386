"""Twin of `trading.conditions`: what funding will cost, how far prices swing, a stop too near."""

import numpy as np
from numba import njit

from trading.backtest.live_twins.codes import (
    FUNDING_COST,
    FUNDING_SOON,
    PASSES,
    STOP_TOO_NEAR,
    VOLATILITY,
)
from trading.backtest.live_twins.numbers import ConditionNumbers, EntryNumbers, LimitNumbers
from trading.backtest.live_twins.ties import at_least, at_most


@njit(cache=True, nogil=True)
def check_conditions(
    entry: EntryNumbers, conditions: ConditionNumbers, limits: LimitNumbers
) -> int:
    """0 if holding is not too dear, the market calm enough and the stop clear of it."""
    soon = funding_fraction(entry, conditions, limits.imminent_funding_ms)
    if not at_most(soon, limits.max_imminent_funding_fraction):
        return FUNDING_SOON
    horizon = conditions.horizon_ms if conditions.horizon_ms > 0 else limits.assumed_horizon_ms
    planned = abs(entry.price - entry.stop) / entry.price
    paid = funding_fraction(entry, conditions, horizon)
    if not at_most(paid, planned * limits.max_funding_risk_fraction):
        return FUNDING_COST
    return _check_range(entry, conditions, limits, planned)


@njit(cache=True, nogil=True)
def funding_fraction(entry: EntryNumbers, conditions: ConditionNumbers, length_ms: int) -> float:
    """What holding for `length_ms` pays in funding as a fraction of the notional; < 0: received.

    A settlement exactly at the end counts, one at the entry's own moment is over.
    """
    interval = conditions.funding_interval_ms
    if interval == 0:
        return 0.0
    first, until = conditions.next_funding_ms, entry.at_ms + length_ms
    if first <= entry.at_ms:
        first += ((entry.at_ms - first) // interval + 1) * interval
    count = 0 if until < first else (until - first) // interval + 1
    return entry.side * conditions.funding_rate * count


@njit(cache=True, nogil=True)
def _check_range(
    entry: EntryNumbers, conditions: ConditionNumbers, limits: LimitNumbers, planned: float
) -> int:
    seen = conditions.atr_fraction
    if np.isnan(seen):
        return PASSES
    lowest, highest = limits.minimum_volatility_fraction, limits.maximum_volatility_fraction
    if not (at_least(seen, lowest) and at_most(seen, highest)):
        return VOLATILITY
    if at_least(planned, limits.minimum_stop_atr * seen) or _is_covered(entry, conditions.swing):
        return PASSES
    return STOP_TOO_NEAR


@njit(cache=True, nogil=True)
def _is_covered(entry: EntryNumbers, swing: float) -> bool:
    """Whether the market passes the swing before it reaches the stop; not for NaN."""
    side = entry.side
    return side * entry.stop < side * swing < side * entry.price
