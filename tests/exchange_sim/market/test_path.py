"""The path inside a candle."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange_sim.market.bars import Bars
from exchange_sim.market.intervals import MINUTE_MS
from exchange_sim.market.path import price_path, ticks_of


def bar(first: float, high: float, low: float, last: float, volume: float = 4.0) -> Bars:
    prices = (np.array([price]) for price in (first, high, low, last))
    return Bars(np.array([0]), *prices, np.array([volume]))


@pytest.mark.parametrize(
    ("candle", "path"),
    [
        ((10, 11, 5, 8), [10, 11, 5, 8]),  # high nearer
        ((10, 15, 9, 12), [10, 9, 15, 12]),  # low nearer
        ((10, 12, 8, 11), [10, 8, 12, 11]),  # equally near, rising: low first
        ((10, 12, 8, 9), [10, 12, 8, 9]),  # equally near, falling: high first
        ((10, 10, 10, 10), [10, 10, 10, 10]),
    ],
)
def test_the_extreme_nearer_to_the_open_comes_first(
    candle: tuple[float, float, float, float], path: list[float]
) -> None:
    assert price_path(bar(*candle)).tolist() == [path]


def test_moments_are_at_thirds_and_the_last_millisecond() -> None:
    ticks = ticks_of(bar(10, 11, 5, 8), MINUTE_MS)
    assert ticks.ts_ms.tolist() == [0, 20_000, 40_000, 59_999]
    assert ticks.volume.tolist() == [1, 1, 1, 1]


def test_the_mark_price_is_the_last_price_unless_it_has_a_path() -> None:
    ticks = ticks_of(bar(10, 11, 5, 8), MINUTE_MS)
    assert ticks.mark is ticks.last
    assert ticks.between(0, 30_000).mark.tolist() == [11]


@given(st.integers(0, 60_000), st.integers(0, 60_000))
def test_a_window_excludes_its_start_and_includes_its_end(after: int, until: int) -> None:
    ticks = ticks_of(bar(10, 11, 5, 8), MINUTE_MS)
    expected = [ts for ts in (0, 20_000, 40_000, 59_999) if after < ts <= until]
    assert ticks.between(after, until).ts_ms.tolist() == expected
