"""Round numbers on the axes."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chart.axes import price_text
from adapters.chart.panels import short_number
from adapters.chart.ticks import decimals, price_ticks, time_ticks

TICKS = st.sampled_from(["0.1", "0.5", "0.05", "0.00000001", "0.01", "1", "0.03", "25"])


@pytest.mark.parametrize(
    ("low", "high", "tick", "first", "step"),
    [
        ("84120", "90610", "0.1", "84800", "800"),
        ("100", "109.5", "0.01", "100", "1"),
        ("0.00001150", "0.00001330", "0.00000001", "0.0000116", "0.0000002"),
        ("99.97", "100.03", "0.01", "99.97", "0.01"),
    ],
)
def test_price_ticks_are_round(low: str, high: str, tick: str, first: str, step: str) -> None:
    ticks = price_ticks(Decimal(low), Decimal(high), Decimal(tick))

    assert ticks[0] == Decimal(first)
    assert {after - before for before, after in pairwise(ticks)} == {Decimal(step)}


@given(
    low=st.decimals(min_value=0, max_value=10**6, places=8),
    steps=st.integers(min_value=7, max_value=10**6),
    tick=TICKS,
)
def test_price_ticks_are_few_on_the_grid_and_inside(low: Decimal, steps: int, tick: str) -> None:
    size = Decimal(tick)
    high = low + steps * size
    ticks = price_ticks(low, high, size)

    assert 3 <= len(ticks) <= 13
    assert all(low <= one <= high and one % size == 0 for one in ticks)


@pytest.mark.parametrize(
    ("tick", "places"), [("0.10", 1), ("0.5", 1), ("1E+1", 0), ("25", 0), ("0.00000001", 8)]
)
def test_a_price_has_the_digits_of_its_tick(tick: str, places: int) -> None:
    assert decimals(Decimal(tick)) == places
    assert price_text(Decimal("1E-8"), Decimal("0.00000001")) == "0.00000001"


@given(
    minutes=st.integers(min_value=0, max_value=60 * 24 * 400),
    start=st.integers(min_value=0, max_value=10**6),
    most=st.integers(min_value=1, max_value=12),
)
def test_time_ticks_are_few_round_and_inside(minutes: int, start: int, most: int) -> None:
    first = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=start)
    last = first + timedelta(minutes=minutes)
    ticks = time_ticks(first, last, most=most)

    assert len(ticks) <= most + 1
    assert all(first <= one <= last and one.minute % 5 == 0 for one in ticks)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("0.01234", "0.0123"),
        ("7", "7.00"),
        ("952.4", "952"),
        ("22150", "22.2K"),
        ("5700000", "5.70M"),
        ("12345678901", "12.3B"),
        ("1E+15", "1000000B"),
    ],
)
def test_a_volume_is_shortened_to_three_digits(value: str, text: str) -> None:
    assert short_number(Decimal(value)) == text
