"""Crossings of moving averages with exact sums: two averages that are equal count as equal.

A rolling sum of floats remembers the rounding of every price it has forgotten, so that it decides
ties by noise. Prices are whole numbers of their decimal grid, and whole numbers add exactly.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trading.backtest.bars import Floats
from trading.checks import require

_GRIDS = (1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8)
_ROUNDING = 2 * 2.0**-52
"""Relative error of a product of two float64 numbers, one of them already rounded."""
_EXACT = 2.0**53
"""Up to here float64 holds every whole number."""
_NOISE = 1e-12
"""Relative difference of two averages below which they count as equal."""


def crosses(close: Floats, fast: int, slow: int) -> NDArray[np.int8]:
    """Where the average of `fast` closes crosses that of `slow` closes, (n_bars,).

    1 at bar i: above at i and not above at i - 1; -1 the reverse; 0 everywhere else and for the
    first `slow` bars, where one of the two averages is not known. Raises InvariantError unless
    1 <= fast < slow.
    """
    require(1 <= fast < slow, f"fast is {fast}, slow is {slow}; 1 <= fast < slow is allowed")
    sides = np.zeros(len(close), np.int8)
    if len(close) <= slow:
        return sides
    per_unit = decimal_grid(close, largest=_EXACT / (fast * slow))
    if per_unit is None:
        _mark_compensated(close, fast, slow, sides)
    else:
        _mark_exact(close, float(per_unit), fast, slow, sides)
    return sides


def decimal_grid(close: Floats, *, largest: float) -> int | None:
    """How many units of the coarsest decimal grid of `close` make 1 USDT: 1, 10 ... 10^8.

    None where the prices lie on none of these grids or one is above `largest` units.
    """
    sample = close[:: max(1, len(close) // 64)]
    for per_unit in _GRIDS:
        # A few prices rule most grids out before all are looked at.
        if not (_count_off(sample, per_unit, largest) or _count_off(close, per_unit, largest)):
            return int(per_unit)
    return None


@njit(cache=True, nogil=True)
def _count_off(close: Floats, per_unit: float, largest: float) -> int:
    """How many prices are too large or, but for the product's rounding, no whole number."""
    off = 0
    for price in close:
        units = price * per_unit
        is_off = abs(units - np.rint(units)) > _ROUNDING * units or units > largest
        off += 1 if is_off else 0
    return off


@njit(cache=True, nogil=True)
def _mark_exact(
    close: Floats, per_unit: float, fast: int, slow: int, sides: NDArray[np.int8]
) -> None:
    """Sums of whole units, exact in float64 up to 2^53."""
    fast_sum, slow_sum = 0.0, 0.0
    for bar in range(slow):
        units = np.rint(close[bar] * per_unit)
        slow_sum += units
        fast_sum += units if bar >= slow - fast else 0.0
    # fast_sum / fast > slow_sum / slow without the divisions, which would round.
    before = fast_sum * slow - slow_sum * fast
    for bar in range(slow, len(close)):
        units = np.rint(close[bar] * per_unit)
        fast_sum += units - np.rint(close[bar - fast] * per_unit)
        slow_sum += units - np.rint(close[bar - slow] * per_unit)
        now = fast_sum * slow - slow_sum * fast
        sides[bar] = (now > 0 >= before) - (now < 0 <= before)
        before = now


@njit(cache=True, nogil=True)
def _mark_compensated(close: Floats, fast: int, slow: int, sides: NDArray[np.int8]) -> None:
    """For prices on no decimal grid: sums with Neumaier's compensation (ZAMM 54, 1974)."""
    sums, lost = np.zeros(2), np.zeros(2)
    for bar in range(slow):
        _add(sums, lost, 1, close[bar])
        if bar >= slow - fast:
            _add(sums, lost, 0, close[bar])
    before = (sums[0] + lost[0]) * slow - (sums[1] + lost[1]) * fast
    for bar in range(slow, len(close)):
        _add(sums, lost, 0, close[bar])
        _add(sums, lost, 0, -close[bar - fast])
        _add(sums, lost, 1, close[bar])
        _add(sums, lost, 1, -close[bar - slow])
        now = (sums[0] + lost[0]) * slow - (sums[1] + lost[1]) * fast
        # Prices of a grid among others that have none: their ties stay ties.
        if abs(now) <= _NOISE * sums[1] * fast:
            now = 0.0
        sides[bar] = (now > 0 >= before) - (now < 0 <= before)
        before = now


@njit(nogil=True)
def _add(sums: Floats, lost: Floats, place: int, value: float) -> None:
    total = sums[place] + value
    if abs(sums[place]) >= abs(value):
        lost[place] += (sums[place] - total) + value
    else:
        lost[place] += (value - total) + sums[place]
    sums[place] = total
