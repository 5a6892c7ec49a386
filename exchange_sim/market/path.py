"""How the price moves inside a candle: four moments, the same on every run.

A candle says where the price began, how far it went and where it ended, not in which order. The
simulator's choice: open, then the extreme nearer to the open, then the other extreme, then the
close. Equally near: the low first in a rising candle, the high first in a falling one, so that the
path does not end with a detour. The moments are 0, 1/3 and 2/3 of the candle and its last
millisecond, so a candle's ticks lie within it. A quarter of the volume trades at each.
"""

from dataclasses import dataclass

import numpy as np

from exchange_sim.market.bars import Bars, FloatArray, IntArray

TICKS_PER_BAR = 4


@dataclass(frozen=True, slots=True)
class Ticks:
    """Moments of the path, oldest first; every array has shape (n_ticks,)."""

    ts_ms: IntArray
    last: FloatArray
    mark: FloatArray  # the same object as `last` where the mark price equals it
    volume: FloatArray  # base coin traded at this moment

    def __len__(self) -> int:
        return len(self.ts_ms)

    def between(self, after_ms: int, until_ms: int) -> "Ticks":
        """The moments in (after, until]."""
        first, beyond = np.searchsorted(self.ts_ms, [after_ms, until_ms], side="right")
        return self.slice(int(first), int(beyond))

    def slice(self, first: int, beyond: int) -> "Ticks":
        """The moments of index `first` up to, not including, `beyond`; neither below 0."""
        cut = slice(max(first, 0), max(beyond, 0))
        last = self.last[cut]
        mark = last if self.mark is self.last else self.mark[cut]
        return Ticks(self.ts_ms[cut], last, mark, self.volume[cut])


def offsets(interval_ms: int) -> IntArray:
    """Milliseconds from the start of a candle to its four moments, shape (4,)."""
    return np.array([0, interval_ms // 3, 2 * interval_ms // 3, interval_ms - 1], dtype=np.int64)


def price_path(bars: Bars) -> FloatArray:
    """Last price at the four moments of each candle, shape (n_bars, 4)."""
    up, down = bars.high - bars.open, bars.open - bars.low
    high_first = np.where(up == down, bars.close < bars.open, up < down)
    nearer = np.where(high_first, bars.high, bars.low)
    farther = np.where(high_first, bars.low, bars.high)
    return np.column_stack((bars.open, nearer, farther, bars.close))


def ticks_of(bars: Bars, interval_ms: int) -> Ticks:
    """All moments of the path through `bars`."""
    ts_ms = (bars.start_ms[:, None] + offsets(interval_ms)).ravel()
    last = price_path(bars).ravel()
    mark = last if bars.mark_path is None else bars.mark_path.ravel()
    return Ticks(ts_ms, last, mark, np.repeat(bars.volume / TICKS_PER_BAR, TICKS_PER_BAR))
