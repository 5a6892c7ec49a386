"""A sweep is counted before it is run, and every combination has a number."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trading.backtest.grids import (
    MOST_COMBINATIONS,
    Axis,
    Grid,
    draw,
    parse_axis,
    require_affordable,
)
from trading.errors import MisconfiguredError

names = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4, unique=True)


@st.composite
def grids(draw_from: st.DrawFn) -> Grid:
    axes = []
    for name in draw_from(names):
        count = draw_from(st.integers(1, 5))
        axes.append(Axis(name, tuple(map(str, range(count)))))
    return Grid(tuple(axes))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("fast=5:40:5", ("5", "10", "15", "20", "25", "30", "35", "40")),
        ("fast = 5 : 12 : 3", ("5", "8", "11")),
        ("stop=0.1:0.3:0.1", ("0.1", "0.2", "0.3")),
        ("stop=0.005:0.005:1", ("0.005",)),
        ("rule.opposite=close,reverse", ("close", "reverse")),
        ("fast=20", ("20",)),
    ],
)
def test_an_axis_is_written_as_a_range_or_a_list(text: str, values: tuple[str, ...]) -> None:
    assert parse_axis(text) == Axis(text.split("=", maxsplit=1)[0].strip(), values)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fast", "is no grid; write NAME="),
        ("=5:6:1", "is no grid"),
        ("fast=", "is no grid"),
        ("fast=,", "has no value to try"),
        ("fast=5:40", "has 2 parts"),
        ("fast=5:x:1", "holds something that is no number"),
        ("fast=5:inf:1", "not finite"),
        ("fast=5:40:0", "leads nowhere"),
        ("fast=40:5:5", "leads nowhere"),
        ("fast=0:1:0.0000001", r"has 10,000,001 values; take a larger step"),
        ("fast=5,6,5", "names 5 twice"),
    ],
)
def test_an_axis_that_says_nothing_useful_is_refused(text: str, message: str) -> None:
    with pytest.raises(MisconfiguredError, match=message):
        parse_axis(text)


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        ((), "the sweep has 0 combinations"),
        ((Axis("a", ("1",)), Axis("a", ("2",))), "parameter a has two grids"),
        (tuple(Axis(name, tuple(map(str, range(2000)))) for name in "abcdef"), "too many to be"),
    ],
)
def test_a_grid_of_nothing_or_of_one_name_twice_is_refused(
    axes: tuple[Axis, ...], message: str
) -> None:
    with pytest.raises(MisconfiguredError, match=message):
        Grid(axes)


@given(grids())
def test_numbers_go_through_every_combination_once(grid: Grid) -> None:
    found = [tuple(grid[number].values()) for number in range(grid.size)]
    assert found == list(product(*(axis.values for axis in grid.axes)))


def test_a_number_outside_the_grid_is_no_combination() -> None:
    with pytest.raises(IndexError, match="combination 2 is not in a grid of 2"):
        Grid((Axis("a", ("1", "2")),))[2]


@given(grids(), st.integers(1, 700), st.integers(0, 9))
def test_drawn_combinations_differ_and_depend_on_the_seed_alone(
    grid: Grid, count: int, seed: int
) -> None:
    found = draw(grid, count, np.random.default_rng(seed))
    assert len(found) == min(count, grid.size)
    assert len(set(found.tolist())) == len(found)
    assert set(found.tolist()) <= set(range(grid.size))
    again = draw(grid, count, np.random.default_rng(seed))
    assert found.tolist() == again.tolist()


def test_a_thousand_of_a_trillion_are_drawn_without_counting_them_all() -> None:
    huge = Grid(tuple(Axis(name, tuple(map(str, range(1000)))) for name in "abcd"))
    assert len(draw(huge, 1000, np.random.default_rng(1))) == 1000


@pytest.mark.parametrize("count", [1, MOST_COMBINATIONS])
def test_up_to_ten_million_are_affordable(count: int) -> None:
    require_affordable(count)


@pytest.mark.parametrize(
    ("count", "message"),
    [(0, "has 0 combinations"), (MOST_COMBINATIONS + 1, r"10,000,001 combinations.*--random")],
)
def test_none_and_too_many_are_refused(count: int, message: str) -> None:
    with pytest.raises(MisconfiguredError, match=message):
        require_affordable(count)
