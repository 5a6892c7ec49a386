"""Drawings lie on their square, keep their shape when thinned, and have round labels."""

from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.report.plot import Scale, area, columns, dots, line, spanning, thinned
from adapters.report.results import bin_edges
from adapters.report.ticks import log_values, round_values, time_ticks, value_ticks

finite = st.floats(-1e9, 1e9, allow_nan=False)


@given(values=st.lists(finite, min_size=1, max_size=50))
def test_a_scale_shows_every_value(values: list[float]) -> None:
    column = np.array(values)

    places = spanning(column).down(column)

    assert ((places > -1e-6) & (places < 1000 + 1e-6)).all()


def test_a_logarithmic_scale_puts_equal_growth_at_equal_distances() -> None:
    places = Scale(1.0, 100.0, is_log=True).across(np.array([1.0, 10.0, 100.0]))

    assert places == pytest.approx([0, 500, 1000])


def test_a_scale_without_values_still_stands() -> None:
    assert spanning(np.array([np.nan])) == Scale(0.0, 1.0)


@given(values=st.lists(finite, min_size=1, max_size=3000), most=st.integers(10, 100))
def test_thinning_keeps_the_ends_and_the_extremes(values: list[float], most: int) -> None:
    column = np.array(values)

    kept = thinned(column, most)

    assert len(kept) <= max(most + 2, 10)
    assert (kept[0], kept[-1]) == (0, len(values) - 1)
    assert (column[kept].min(), column[kept].max()) == (column.min(), column.max())
    assert (np.diff(kept) > 0).all()


def test_paths_are_written_with_one_digit() -> None:
    across, down = np.array([0.0, 10.04]), np.array([5.0, 7.25])

    assert line(across, down) == "M0.0 5.0L10.0 7.2"
    assert dots(across, down) == "M0.0 5.0h0M10.0 7.2h0"
    assert area(across, down, np.zeros(2)) == "M0.0 5.0L10.0 7.2L10.0 0.0L0.0 0.0Z"
    assert (line(across[:0], down[:0]), area(across[:0], down[:0], down[:0])) == ("", "")


def test_empty_bins_are_not_drawn() -> None:
    drawn = columns(
        np.array([0.0, 1.0, 2.0]), np.array([0.0, 3.0]), Scale(0.0, 2.0), Scale(0.0, 3.0)
    )

    assert drawn == "M501.0 1000.0V0.0H999.0V1000.0Z"


@given(low=finite, reach=st.floats(1e-3, 1e9), count=st.integers(2, 40))
def test_round_values_are_inside_and_not_too_many(low: float, reach: float, count: int) -> None:
    values = round_values(low, low + reach, count)

    assert len(values) <= count + 1
    assert all(low - 1e-6 * reach <= value <= low + reach * (1 + 1e-6) for value in values)


@pytest.mark.parametrize(
    ("low", "high", "values"),
    [
        (9_000, 11_000, [9_000, 9_500, 10_000, 10_500, 11_000]),
        (-1.1, 2.2, [-1, 0, 1, 2]),
        (3.0, 3.0, [3.0]),
    ],
)
def test_round_values_are_those_a_person_would_choose(
    low: float, high: float, values: list[float]
) -> None:
    assert round_values(low, high, 5) == pytest.approx(values)


@pytest.mark.parametrize(
    ("low", "high", "values"),
    [
        (900, 120_000, [1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5]),
        (0.5, 5e6, [1, 10, 100, 1e3, 1e4, 1e5, 1e6]),
        (90, 110, [90, 95, 100, 105, 110]),
    ],
)
def test_logarithmic_labels(low: float, high: float, values: list[float]) -> None:
    assert log_values(low, high) == pytest.approx(values)


def test_labels_stand_where_their_values_are() -> None:
    up = value_ticks(Scale(0.0, 4.0), str, count=4)

    assert [(tick.place, tick.label) for tick in up] == [
        (100.0, "0.0"), (75.0, "1.0"), (50.0, "2.0"), (25.0, "3.0"), (0.0, "4.0"),
    ]  # fmt: skip


def ms(year: int, month: int, day: int, hour: int = 0) -> int:
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("first", "last", "labels"),
    [
        (ms(2024, 1, 1), ms(2024, 1, 2), ["01 Jan 00:00", "01 Jan 06:00", "01 Jan 12:00",
                                          "01 Jan 18:00", "02 Jan 00:00"]),
        (ms(2024, 1, 1, 5), ms(2024, 1, 8), ["02 Jan", "04 Jan", "06 Jan", "08 Jan"]),
        (ms(2024, 1, 15), ms(2024, 7, 15), ["Feb 2024", "Mar 2024", "Apr 2024", "May 2024",
                                            "Jun 2024", "Jul 2024"]),
        (ms(2018, 6, 1), ms(2024, 6, 1), ["2019", "2020", "2021", "2022", "2023", "2024"]),
        (ms(2024, 1, 1), ms(2024, 1, 1), []),
    ],
)  # fmt: skip
def test_times_are_labelled_at_round_dates(first: int, last: int, labels: list[str]) -> None:
    ticks = time_ticks(first, last)

    assert [tick.label for tick in ticks] == labels
    assert all(0 <= tick.place <= 100 for tick in ticks)
    assert all(left.place < right.place for left, right in pairwise(ticks))


@example(results=[5e-324])
@given(results=st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=200))
def test_bins_of_results_have_an_edge_at_zero(results: list[float]) -> None:
    edges = bin_edges(np.array(results))

    assert 2 <= len(edges) <= 50
    assert np.abs(edges).min() == pytest.approx(0, abs=1e-9 * np.abs(edges).max())
