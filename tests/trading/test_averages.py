"""How far a price has run from its averages, against the indicators and by hand."""

from dataclasses import fields, replace
from decimal import Decimal

import pytest

from tests.trading import builders
from trading import indicators
from trading.averages import AverageDistances, measure_distances
from trading.bars import to_bars
from trading.candles import Interval
from trading.readings import read

CANDLES = builders.candles(250)
READINGS = read(CANDLES, Interval.H1)
DISTANCES = measure_distances(CANDLES, READINGS)
ATR_100 = replace(READINGS, ema_20=39_900.0, ema_50=40_250.0, ema_200=None, atr=100.0)
AT_40000 = (*CANDLES[:-1], builders.candle(CANDLES[-1].opened_at, Decimal(40_000)))


def test_distances_are_the_last_values_of_the_indicators() -> None:
    close = to_bars(CANDLES).close
    macd, bands = indicators.macd(close), indicators.bollinger(close)

    assert (DISTANCES.macd, DISTANCES.macd_signal) == (macd.line[-1], macd.signal[-1])
    assert DISTANCES.macd_histogram == macd.histogram[-1]
    assert DISTANCES.bollinger_b == bands.percent_b[-1]
    assert DISTANCES.bollinger_width == bands.bandwidth[-1]
    assert all(getattr(DISTANCES, field.name) is not None for field in fields(AverageDistances))


def test_an_average_below_the_price_is_a_distance_above_zero() -> None:
    found = measure_distances(AT_40000, ATR_100)

    assert (found.ema_20_atr, found.ema_50_atr, found.ema_200_atr) == (1.0, -2.5, None)


@pytest.mark.parametrize("ranges", [None, 0.0])
def test_without_a_range_there_is_nothing_to_count_in(ranges: float | None) -> None:
    found = measure_distances(AT_40000, replace(ATR_100, atr=ranges))

    assert (found.ema_20_atr, found.ema_50_atr) == (None, None)


@pytest.mark.parametrize(
    ("bars", "warm"),
    [
        (1, set()),
        (20, {"bollinger_b", "bollinger_width", "ema_20_atr"}),
        (26, {"macd", "bollinger_b", "bollinger_width", "ema_20_atr"}),
    ],
)
def test_what_is_not_warm_is_none(bars: int, warm: set[str]) -> None:
    candles = builders.candles(bars)

    found = measure_distances(candles, read(candles, Interval.H1))

    names = {field.name for field in fields(found) if getattr(found, field.name) is not None}
    assert names == warm


def test_at_other_prices_macd_scales_and_ratios_stay() -> None:
    cold = replace(DISTANCES, macd_signal=None)

    assert cold.macd is not None
    assert cold.macd_histogram is not None
    assert cold.rebased(0.5) == replace(
        cold, macd=cold.macd / 2, macd_histogram=cold.macd_histogram / 2
    )
