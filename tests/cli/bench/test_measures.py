"""Medians, percentiles and slopes of measurements."""

import pytest

from cli.bench.measures import median, percentile, slope
from trading.errors import InvariantError


@pytest.mark.parametrize(
    ("values", "expected"),
    [([3.0], 3.0), ([9.0, 1.0, 2.0], 2.0), ([4.0, 1.0, 2.0, 3.0], 2.5)],
)
def test_the_median_is_the_middle_whatever_the_order(values: list[float], expected: float) -> None:
    assert median(values) == expected


@pytest.mark.parametrize(("percent", "expected"), [(1, 1.0), (50, 50.0), (99, 99.0), (100, 100.0)])
def test_a_percentile_is_a_value_that_was_measured(percent: int, expected: float) -> None:
    assert percentile([float(value) for value in range(100, 0, -1)], percent) == expected


def test_the_percentile_of_few_values_is_the_next_higher_one() -> None:
    assert percentile([1.0, 2.0, 3.0], 99) == 3.0
    assert percentile([1.0, 2.0, 3.0], 50) == 2.0


def test_the_slope_is_what_one_more_costs() -> None:
    assert slope({1: 0.6, 5: 1.0, 10: 1.5, 20: 2.5}) == pytest.approx(0.1)


def test_one_slow_size_does_not_decide_alone() -> None:
    assert slope({1: 0.6, 5: 1.0, 10: 3.0, 20: 2.5}) == pytest.approx(0.1074, abs=1e-4)


@pytest.mark.parametrize("wrong", [0, 101, -1])
def test_a_percentile_outside_1_to_100_is_refused(wrong: int) -> None:
    with pytest.raises(InvariantError, match=f"percentile {wrong}"):
        percentile([1.0], wrong)


def test_nothing_measured_has_no_median() -> None:
    with pytest.raises(InvariantError, match="median of no values"):
        median([])
    with pytest.raises(InvariantError, match="percentile of no values"):
        percentile([], 50)


def test_a_slope_needs_two_sizes() -> None:
    with pytest.raises(InvariantError, match="slope through 1 points"):
        slope({20: 2.5})
