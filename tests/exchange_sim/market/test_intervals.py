"""Where candles start."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange_sim.market.errors import MarketDataError
from exchange_sim.market.intervals import Interval

moments = st.integers(min_value=0, max_value=4_000_000_000_000)


def ms(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    return int(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("1", ms(2024, 2, 15, 13, 47)),
        ("30", ms(2024, 2, 15, 13, 30)),
        ("240", ms(2024, 2, 15, 12)),
        ("D", ms(2024, 2, 15)),
        ("W", ms(2024, 2, 12)),
        ("M", ms(2024, 2, 1)),
    ],
)
def test_a_moment_falls_into_the_candle_of_the_utc_calendar(name: str, start: int) -> None:
    assert Interval.of(name).start_of(ms(2024, 2, 15, 13, 47) + 12_345) == start


def test_months_are_counted_by_the_calendar() -> None:
    assert Interval.MONTH.shift(ms(2024, 1, 1), 2) == ms(2024, 3, 1)
    assert Interval.MONTH.shift(ms(2024, 1, 1), -1) == ms(2023, 12, 1)


def test_the_first_candle_from_a_moment_starts_there_or_later() -> None:
    assert Interval.DAY.first_from(ms(2024, 2, 15)) == ms(2024, 2, 15)
    assert Interval.DAY.first_from(ms(2024, 2, 15) + 1) == ms(2024, 2, 16)


@pytest.mark.parametrize("name", ["2", "45", "1m", "d", ""])
def test_an_unknown_interval_is_refused_with_those_allowed(name: str) -> None:
    with pytest.raises(MarketDataError, match="allowed are 1 3 5 15 30 60 120 240 360 720 D W M"):
        Interval.of(name)


@given(moments, st.sampled_from(list(Interval)))
def test_every_moment_lies_in_exactly_one_candle(moment: int, interval: Interval) -> None:
    start = interval.start_of(moment)
    assert start <= moment < interval.shift(start, 1)
    assert interval.starts(np.array([moment]))[0] == start
    assert interval.shift(interval.shift(start, 1), -1) == start
    assert interval.shift(start, 1) - start <= interval.longest_ms
