"""Candles as columns of numbers: the form in which history is kept and added up."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from exchange_sim.market.intervals import Interval

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bars:
    """Candles of one symbol without holes, oldest first; every array has shape (n_bars,).

    Prices are kept as the float64 nearest to the decimal of the source, so that the shortest
    text of the float is that decimal again; they become Decimal when they leave the market.
    `mark_path` of shape (n_bars, 4) holds the mark price at the four moments of the intra-bar
    path; None means that the mark price equals the last price.
    """

    start_ms: IntArray
    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray
    volume: FloatArray  # base coin
    mark_path: FloatArray | None = None

    def __len__(self) -> int:
        return len(self.start_ms)

    @property
    def turnover(self) -> FloatArray:
        """USDT traded, shape (n_bars,): a quarter of the volume at each price of the path."""
        return self.volume * (self.open + self.high + self.low + self.close) / 4

    def slice(self, first: int, beyond: int) -> "Bars":
        """The candles of index `first` up to, not including, `beyond`."""
        cut = slice(max(first, 0), max(beyond, 0))
        return Bars(
            self.start_ms[cut],
            self.open[cut],
            self.high[cut],
            self.low[cut],
            self.close[cut],
            self.volume[cut],
            None if self.mark_path is None else self.mark_path[cut],
        )

    def starting_in(self, from_ms: int, before_ms: int) -> "Bars":
        """The candles that start in [from, before)."""
        first, beyond = np.searchsorted(self.start_ms, [from_ms, before_ms])
        return self.slice(int(first), int(beyond))

    def of_mark(self) -> "Bars":
        """The mark-price candles, volume 0."""
        silent = np.zeros_like(self.volume)
        if self.mark_path is None:
            return replace(self, volume=silent)
        mark = self.mark_path
        return Bars(self.start_ms, mark[:, 0], mark.max(1), mark.min(1), mark[:, 3], silent)


@dataclass(frozen=True, slots=True)
class Candles:
    """Bars of a longer interval with their turnover, which cannot be told from OHLC any more."""

    bars: Bars
    turnover: FloatArray  # USDT, shape (n_bars,)

    def starting_in(self, from_ms: int, before_ms: int) -> "Candles":
        """The candles that start in [from, before)."""
        first, beyond = np.searchsorted(self.bars.start_ms, [from_ms, before_ms])
        return Candles(self.bars.slice(int(first), int(beyond)), self.turnover[first:beyond])


def as_candles(bars: Bars) -> Candles:
    """`bars` themselves, with their turnover."""
    return Candles(bars, bars.turnover)


def add_up(candles: Candles, interval: Interval) -> Candles:
    """Candles of `interval` made of one or more shorter ones; the outermost may be incomplete."""
    bars = candles.bars
    starts = interval.starts(bars.start_ms)
    first = np.flatnonzero(np.r_[True, starts[1:] != starts[:-1]])
    last = np.r_[first[1:], len(bars)] - 1
    longer = Bars(
        starts[first],
        bars.open[first],
        np.maximum.reduceat(bars.high, first),
        np.minimum.reduceat(bars.low, first),
        bars.close[last],
        np.add.reduceat(bars.volume, first),
    )
    return Candles(longer, np.add.reduceat(candles.turnover, first))


def join(parts: list[Bars]) -> Bars:
    """Consecutive stretches as one, oldest first. At least one part; none has a mark path."""
    if len(parts) == 1:
        return parts[0]
    return Bars(
        np.concatenate([part.start_ms for part in parts]),
        np.concatenate([part.open for part in parts]),
        np.concatenate([part.high for part in parts]),
        np.concatenate([part.low for part in parts]),
        np.concatenate([part.close for part in parts]),
        np.concatenate([part.volume for part in parts]),
    )
