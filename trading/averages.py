"""How far the price has run from its averages: MACD, Bollinger's bands, distances in ATR."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from trading import indicators
from trading.bars import Series, closes_of
from trading.candles import Candle
from trading.readings import Readings


@dataclass(frozen=True, slots=True)
class AverageDistances:
    """Distances at the last bar; None where there are too few bars to be warm.

    The three of MACD(12, 26, 9) in USDT. `bollinger_b` is the place of the close in its bands of
    20 bars and 2 deviations (0 the lower, 1 the upper), `bollinger_width` their width as a
    fraction of the middle. `ema_20_atr` and its kin are close minus average in average true
    ranges.
    """

    macd: float | None
    macd_signal: float | None
    macd_histogram: float | None
    bollinger_b: float | None
    bollinger_width: float | None
    ema_20_atr: float | None
    ema_50_atr: float | None
    ema_200_atr: float | None

    def rebased(self, factor: float) -> "AverageDistances":
        """The same market where every price is `factor` times as high; ratios stay."""
        return replace(
            self,
            macd=_times(self.macd, factor),
            macd_signal=_times(self.macd_signal, factor),
            macd_histogram=_times(self.macd_histogram, factor),
        )


def measure_distances(candles: Sequence[Candle], readings: Readings) -> AverageDistances:
    """The distances at the last of `candles`, whose readings are `readings`."""
    close = closes_of(candles)
    macd, bands = indicators.macd(close), indicators.bollinger(close)
    last, ranges = float(candles[-1].close), readings.atr
    return AverageDistances(
        macd=_last(macd.line),
        macd_signal=_last(macd.signal),
        macd_histogram=_last(macd.histogram),
        bollinger_b=_last(bands.percent_b),
        bollinger_width=_last(bands.bandwidth),
        ema_20_atr=_in_ranges(last, readings.ema_20, ranges),
        ema_50_atr=_in_ranges(last, readings.ema_50, ranges),
        ema_200_atr=_in_ranges(last, readings.ema_200, ranges),
    )


def _in_ranges(close: float, average: float | None, ranges: float | None) -> float | None:
    """A market that does not move at all has no range to count in."""
    return None if average is None or not ranges else (close - average) / ranges


def _last(series: Series) -> float | None:
    return None if np.isnan(series[-1]) else float(series[-1])


def _times(price: float | None, factor: float) -> float | None:
    return None if price is None else price * factor
