from dataclasses import fields
from decimal import Decimal

import pytest

from tests.trading import builders
from tests.trading.builders import NOW
from trading import indicators
from trading.bars import to_bars
from trading.candles import Interval
from trading.readings import Readings, read


def test_readings_are_the_last_values_of_the_indicators() -> None:
    candles = builders.candles(250)
    bars = to_bars(candles)
    readings = read(candles, Interval.H1)
    assert readings.ema_200 == indicators.ema(bars.close, 200)[-1]
    assert readings.rsi == indicators.rsi(bars.close)[-1]
    assert readings.atr_before == indicators.atr(bars.high, bars.low, bars.close)[-2]
    assert all(getattr(readings, field.name) is not None for field in fields(Readings))


def test_indicators_that_are_not_warm_are_none() -> None:
    readings = read(builders.candles(30), Interval.H1)
    assert (readings.ema_50, readings.ema_200, readings.volatility_week) == (None, None, None)
    assert readings.ema_20 is not None


@pytest.mark.parametrize(
    ("interval", "day", "week"),
    [(Interval.M15, 96, 672), (Interval.H1, 24, 168), (Interval.H4, 6, 42)],
)
def test_volatility_is_that_of_a_day_and_a_week_whatever_the_candle(
    interval: Interval, day: int, week: int
) -> None:
    candles = builders.candles(700)
    close, readings = to_bars(candles).close, read(candles, interval)
    assert readings.volatility_day == indicators.realised_volatility(close, day)[-1]
    assert readings.volatility_week == indicators.realised_volatility(close, week)[-1]


def test_a_day_of_one_candle_has_no_deviation() -> None:
    readings = read(builders.candles(30), Interval.D1)
    assert readings.volatility_day is None
    assert readings.volatility_week is not None


def test_a_single_bar_reads_as_nothing() -> None:
    readings = read(builders.candles(1), Interval.H1)
    assert (readings.atr, readings.atr_before, readings.swing_highs) == (None, None, ())


def test_the_last_four_confirmed_swings_are_kept_in_order() -> None:
    closes = [40_000 + 1_000 * (bar % 6) + bar for bar in range(60)]
    candles = [
        builders.candle(NOW + bar * Interval.H1.length, Decimal(close))
        for bar, close in enumerate(closes)
    ]
    peaks = [close + 50 for bar, close in enumerate(closes) if bar % 6 == 5]
    # The last peak is the last bar: nothing has confirmed it yet.
    assert list(read(candles, Interval.H1).swing_highs) == peaks[-5:-1]
