"""The lines that every chart carries, computed from the candles it shows."""

from collections.abc import Sequence
from typing import NamedTuple

from trading import indicators
from trading.bars import Series, closes_of
from trading.candles import Candle


class ChartSeries(NamedTuple):
    """EMA 20 and 50 in the unit of the prices and RSI 14 (0..100), each (n_candles,)."""

    ema_fast: Series
    ema_slow: Series
    rsi: Series


def series_of(candles: Sequence[Candle]) -> ChartSeries:
    """The lines of closed candles, oldest first; NaN until each is warm."""
    close = closes_of(candles)
    return ChartSeries(
        indicators.ema(close, 20), indicators.ema(close, 50), indicators.rsi(close, 14)
    )
