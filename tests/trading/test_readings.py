from dataclasses import fields
from decimal import Decimal

from tests.trading import builders
from tests.trading.builders import NOW
from trading import indicators
from trading.bars import to_bars
from trading.candles import Interval
from trading.readings import Readings, read


def test_readings_are_the_last_values_of_the_indicators() -> None:
    candles = builders.candles(250)
    bars = to_bars(candles)
    readings = read(candles)
    assert readings.ema_200 == indicators.ema(bars.close, 200)[-1]
    assert readings.rsi == indicators.rsi(bars.close)[-1]
    assert readings.atr_before == indicators.atr(bars.high, bars.low, bars.close)[-2]
    assert all(getattr(readings, field.name) is not None for field in fields(Readings))


def test_indicators_that_are_not_warm_are_none() -> None:
    readings = read(builders.candles(30))
    assert (readings.ema_50, readings.ema_200, readings.volatility_week) == (None, None, None)
    assert readings.ema_20 is not None


def test_a_single_bar_reads_as_nothing() -> None:
    readings = read(builders.candles(1))
    assert (readings.atr, readings.atr_before, readings.swing_highs) == (None, None, ())


def test_the_last_four_confirmed_swings_are_kept_in_order() -> None:
    closes = [40_000 + 1_000 * (bar % 6) + bar for bar in range(60)]
    candles = [
        builders.candle(NOW + bar * Interval.H1.length, Decimal(close))
        for bar, close in enumerate(closes)
    ]
    peaks = [close + 50 for bar, close in enumerate(closes) if bar % 6 == 5]
    # The last peak is the last bar: nothing has confirmed it yet.
    assert list(read(candles).swing_highs) == peaks[-5:-1]
