"""The smoothing of `trading.indicators` once more, compiled and equal to the last bit.

The sum that seeds an average is added up in numpy's order, so that a rule in a backtest and the
same rule on the live desk do not differ by rounding.
"""

import numpy as np
from numba import njit

from trading.backtest.bars import Floats


def read_only(values: Floats) -> Floats:
    """`values` as contiguous float64 that cannot be written to.

    Kernels are compiled once for it, whether the caller's candles may be written to or not.
    """
    column = np.ascontiguousarray(values, dtype=np.float64).view()
    column.flags.writeable = False
    return column


@njit(cache=True, nogil=True)
def ema(values: Floats, period: int) -> Floats:
    """Twin of `trading.indicators.ema`; NaN before bar period - 1."""
    return _smooth(values, period, 0, 2 / (period + 1))


@njit(cache=True, nogil=True)
def rsi(close: Floats, period: int) -> Floats:
    """Twin of `trading.indicators.rsi`, 0..100; NaN before bar `period`."""
    rise, fall = np.zeros(len(close)), np.zeros(len(close))
    for bar in range(1, len(close)):
        change = close[bar] - close[bar - 1]
        rise[bar], fall[bar] = max(change, 0.0), max(-change, 0.0)
    gain, loss = _smooth(rise, period, 1, 1 / period), _smooth(fall, period, 1, 1 / period)
    for bar in range(len(close)):
        gain[bar] = strength(gain[bar], loss[bar])
    return gain


@njit(cache=True, nogil=True)
def strength(gain: float, loss: float) -> float:
    """Wilder's relative strength index of two averages, 0..100; 50 where nothing moved."""
    return 50.0 if gain + loss == 0 else 100 * (gain / (gain + loss))


@njit(cache=True, nogil=True)
def sma(values: Floats, period: int) -> Floats:
    """Mean of the last `period` values; NaN before bar period - 1.

    Summed anew at every bar: a running sum drifts, and equal averages would seem to cross.
    """
    result = np.full(len(values), np.nan)
    for bar in range(period - 1, len(values)):
        result[bar] = mean(values, bar - period + 1, period)
    return result


@njit(cache=True, nogil=True)
def mean(values: Floats, start: int, count: int) -> float:
    """The mean of `count` values from `start` on, added up in the order of `numpy.mean`.

    Equal to it to the last bit for up to 128 values, of which numpy makes no parts.
    """
    whole = count - count % 8
    total = 0.0
    if whole:
        lanes = values[start : start + 8].copy()
        for row in range(8, whole):
            lanes[row % 8] += values[start + row]
        total = ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + (
            (lanes[4] + lanes[5]) + (lanes[6] + lanes[7])
        )
    for row in range(whole, count):
        total += values[start + row]
    return total / count


@njit(cache=True, nogil=True)
def _smooth(values: Floats, period: int, start: int, weight: float) -> Floats:
    result = np.full(len(values), np.nan)
    first = start + period - 1
    if len(values) <= first:
        return result
    level = mean(values, start, period)
    result[first] = level
    for bar in range(first + 1, len(values)):
        level += weight * (values[bar] - level)
        result[bar] = level
    return result
