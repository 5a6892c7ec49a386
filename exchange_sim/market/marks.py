"""The mark price along the path, from hourly mark-price candles.

An hourly candle does not say when its extremes occurred. Walking it on its own would let mark and
last part by a whole hour's range whenever the two paths take the extremes in different order, and
would liquidate positions that no market liquidated. So the mark follows the last price: it is the
last price plus the difference observed between the two, which moves linearly from the hour's open
to its close, kept within the hour's mark high and low. The highest inner moment of the last price
takes the mark high, the lowest the mark low; so the candles of this path are the file's candles.
Hours without a mark candle, or not wholly covered by driving candles, have mark = last.
"""

from decimal import Decimal

import numpy as np

from exchange_sim.market.bars import Bars, FloatArray
from exchange_sim.market.grid import on_grid
from exchange_sim.market.intervals import HOUR_MS
from exchange_sim.market.path import TICKS_PER_BAR, offsets, price_path


def mark_path(bars: Bars, interval_ms: int, hourly: Bars, tick_size: Decimal) -> FloatArray:
    """Mark price at the four moments of each of `bars`, shape (n_bars, 4), on the tick grid."""
    path = price_path(bars)
    per_hour = HOUR_MS // interval_ms
    first_hour = -(-int(bars.start_ms[0]) // HOUR_MS) * HOUR_MS
    after_last = (int(bars.start_ms[-1]) + interval_ms) // HOUR_MS * HOUR_MS
    shared = hourly.starting_in(first_hour, after_last)
    if not len(shared):
        return path
    first = (int(shared.start_ms[0]) - int(bars.start_ms[0])) // interval_ms
    cut = slice(first, first + len(shared) * per_hour)
    last = path[cut].reshape(len(shared), per_hour * TICKS_PER_BAR)
    path[cut] = _follow(last, shared, _elapsed(interval_ms), tick_size).reshape(-1, TICKS_PER_BAR)
    return path


def _elapsed(interval_ms: int) -> FloatArray:
    """Fraction of the hour gone by at each moment, 0 at the first and 1 at the last one."""
    bar_starts = np.arange(0, HOUR_MS, interval_ms)
    return (bar_starts[:, None] + offsets(interval_ms)).ravel() / (HOUR_MS - 1)


def _follow(last: FloatArray, hourly: Bars, elapsed: FloatArray, tick: Decimal) -> FloatArray:
    """Mark prices of shape (n_hours, n_moments) from last prices of that shape."""
    difference = np.outer(hourly.open - last[:, 0], 1 - elapsed)
    difference += np.outer(hourly.close - last[:, -1], elapsed)
    mark = on_grid(last + difference, tick)
    mark = np.clip(mark, hourly.low[:, None], hourly.high[:, None])
    hours, moments = np.arange(len(last)), last.shape[1]
    highest = 1 + last[:, 1:-1].argmax(1)
    lowest = moments - 2 - last[:, -2:0:-1].argmin(1)
    mark[hours, highest], mark[hours, lowest] = hourly.high, hourly.low
    mark[:, 0], mark[:, -1] = hourly.open, hourly.close
    return mark
