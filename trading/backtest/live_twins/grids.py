"""Twins of the rounding in `trading.instruments`, robust against floating point noise.

A value within `NOISE` of a grid point counts as on it. What is returned is the float64 nearest to
the decimal grid point, so that it compares equal to the same price read from a candle. A grid of
0 rounds nothing.
"""

from typing import Final

import numpy as np
from numba import njit

NOISE: Final = 1e-9
"""In steps of the grid, which is far above the noise of a quotient and far below a step."""

_ULPS: Final = 4 * 2.220446049250313e-16


@njit(cache=True, nogil=True)
def price_down(price: float, tick: float) -> float:
    """The nearest price on the tick grid at or below `price`."""
    return price if tick == 0 else _grid_point(_steps_down(price, tick), tick)


@njit(cache=True, nogil=True)
def price_up(price: float, tick: float) -> float:
    """The nearest price on the tick grid at or above `price`."""
    return price if tick == 0 else _grid_point(-_steps_down(-price, tick), tick)


@njit(cache=True, nogil=True)
def price_to_tick(price: float, tick: float) -> float:
    """The nearest price on the tick grid; half-way to the even number of ticks."""
    if tick == 0:
        return price
    steps = price / tick
    half = np.floor(steps) + 0.5
    if abs(steps - half) <= _noise(steps):
        steps = half
    return _grid_point(np.round(steps), tick)


@njit(cache=True, nogil=True)
def quantity_down(quantity: float, step: float) -> float:
    """The largest quantity on the step grid that is not above `quantity` (0 or more)."""
    return quantity if step == 0 else _grid_point(_steps_down(quantity, step), step)


@njit(cache=True, nogil=True)
def quantity_up(quantity: float, step: float) -> float:
    """The smallest quantity on the step grid that is not below `quantity`."""
    return quantity if step == 0 else _grid_point(-_steps_down(-quantity, step), step)


@njit(cache=True, nogil=True)
def _steps_down(value: float, grid: float) -> float:
    steps = value / grid
    nearest: float = np.round(steps)
    return nearest if abs(steps - nearest) <= _noise(steps) else np.floor(steps)


@njit(cache=True, nogil=True)
def _noise(steps: float) -> float:
    # From ten million steps on the quotient itself is less exact than NOISE.
    return max(NOISE, _ULPS * abs(steps))


@njit(cache=True, nogil=True)
def _grid_point(steps: float, grid: float) -> float:
    """`steps` x `grid`. By the whole number 1 / grid where there is one: 3 x 0.1 is not 0.3."""
    per_unit: float = np.round(1 / grid)
    if per_unit > 0 and abs(per_unit * grid - 1) < 1e-12:
        return steps / per_unit
    return steps * grid
