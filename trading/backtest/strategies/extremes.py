"""Highest and lowest of the bars before, in a time that does not grow with the period."""

import numpy as np
from numba import njit

from trading.backtest.bars import Floats


@njit(cache=True, nogil=True)
def highest_before(values: Floats, period: int) -> Floats:
    """Twin of `trading.indicators.highest_before`; NaN before bar `period`."""
    return _extreme_before(values, period, 1)


@njit(cache=True, nogil=True)
def lowest_before(values: Floats, period: int) -> Floats:
    """Twin of `trading.indicators.lowest_before`; NaN before bar `period`."""
    return _extreme_before(values, period, -1)


@njit(cache=True, nogil=True)
def _extreme_before(values: Floats, period: int, sign: int) -> Floats:
    """The largest of sign x value, by a queue of bars that may still become it.

    D. Lemire, Streaming Maximum-Minimum Filter Using No More than Three Comparisons per Element
    (2006): a bar leaves when it is too old or a later one is as large.
    """
    result, queue = np.full(len(values), np.nan), np.empty(len(values), np.int64)
    first, last = 0, 0
    for bar in range(len(values) - 1):
        while last > first and sign * values[bar] >= sign * values[queue[last - 1]]:
            last -= 1
        queue[last] = bar
        last += 1
        if queue[first] <= bar - period:
            first += 1
        if bar + 1 >= period:
            result[bar + 1] = values[queue[first]]
    return result
