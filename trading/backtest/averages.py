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
_STRETCH = 1024
"""Prices at a time: they and their sums stay in the fastest memory."""
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
        if not (_is_off(sample, per_unit, largest) or _is_off(close, per_unit, largest)):
            return int(per_unit)
    return None


@njit(cache=True, nogil=True)
def _is_off(close: Floats, per_unit: float, largest: float) -> bool:
    """Whether any price is too large or, but for the product's rounding, no whole number."""
    off = 0
    # No early end: without one the compiler looks at many prices at once.
    for place in range(len(close)):
        units = close[place] * per_unit
        off |= (abs(units - np.rint(units)) > _ROUNDING * units) | (units > largest)
    return off > 0


@njit(cache=True, nogil=True)
def _mark_exact(
    close: Floats, per_unit: float, fast: int, slow: int, sides: NDArray[np.int8]
) -> None:
    """Sums of whole units, exact in float64 up to 2^53, a stretch of prices at a time."""
    # The last `slow` units of the stretch before come first: those the sums still hold.
    units, leads = np.zeros(slow + _STRETCH), np.zeros(_STRETCH + 1)
    for first in range(0, len(close), _STRETCH):
        count = min(_STRETCH, len(close) - first)
        _count_units(close[first : first + count], per_unit, units[slow:])
        leads[0] = leads[_STRETCH]
        _add_leads(units, fast, slow, leads[: count + 1])
        _mark_changes(leads[: count + 1], sides[first : first + count])
        units[:slow] = units[count : count + slow].copy()
    sides[:slow] = 0


@njit(nogil=True)
def _count_units(close: Floats, per_unit: float, units: Floats) -> None:
    for place in range(len(close)):
        units[place] = np.rint(close[place] * per_unit)


@njit(nogil=True)
def _add_leads(units: Floats, fast: int, slow: int, leads: Floats) -> None:
    """How far the fast average leads at each bar, times both lengths: no division rounds it."""
    joins, leaves_fast, leaves_slow = units[slow:], units[slow - fast :], units
    in_both, of_fast, of_slow = float(slow - fast), float(slow), float(fast)
    lead = leads[0]
    for place in range(len(leads) - 1):
        lead += (
            in_both * joins[place] - of_fast * leaves_fast[place] + of_slow * leaves_slow[place]
        )
        leads[place + 1] = lead


@njit(nogil=True)
def _mark_changes(leads: Floats, sides: NDArray[np.int8]) -> None:
    before, now = leads[:-1], leads[1:]
    for place in range(len(sides)):
        rises = (now[place] > 0) & (before[place] <= 0)
        falls = (now[place] < 0) & (before[place] >= 0)
        sides[place] = np.int8(rises) - np.int8(falls)


@njit(cache=True, nogil=True)
def _mark_compensated(close: Floats, fast: int, slow: int, sides: NDArray[np.int8]) -> None:
    """For prices on no decimal grid: sums with Neumaier's compensation (ZAMM 54, 1974)."""
    sums, lost = np.zeros(2), np.zeros(2)
    for bar in range(slow):
        _add(sums, lost, 1, close[bar])
        if bar >= slow - fast:
            _add(sums, lost, 0, close[bar])
    before = _lead(sums, lost, fast, slow)
    for bar in range(slow, len(close)):
        _add(sums, lost, 0, close[bar])
        _add(sums, lost, 0, -close[bar - fast])
        _add(sums, lost, 1, close[bar])
        _add(sums, lost, 1, -close[bar - slow])
        now = _lead(sums, lost, fast, slow)
        sides[bar] = (now > 0 >= before) - (now < 0 <= before)
        before = now


@njit(nogil=True)
def _lead(sums: Floats, lost: Floats, fast: int, slow: int) -> float:
    """How far the fast average leads, times both lengths."""
    lead = (sums[0] + lost[0]) * slow - (sums[1] + lost[1]) * fast
    # Prices of a grid among others that have none: their ties stay ties.
    return 0.0 if abs(lead) <= _NOISE * sums[1] * fast else lead


@njit(nogil=True)
def _add(sums: Floats, lost: Floats, place: int, value: float) -> None:
    total = sums[place] + value
    if abs(sums[place]) >= abs(value):
        lost[place] += (sums[place] - total) + value
    else:
        lost[place] += (value - total) + sums[place]
    sums[place] = total
