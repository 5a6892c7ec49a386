"""Parts of a sweep add up to the whole, in whatever order they come."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.backtesting.part_results import KEPT, Line, Moments, PartResult, best_of, together

numbers = st.lists(st.floats(-5, 5), max_size=20)


def line(number: int, score: float | None) -> Line:
    return Line(
        number=number,
        combination={"fast": str(number)},
        trades=30,
        net_usdt=10.0,
        total_return=0.001,
        max_drawdown=0.1,
        win_rate=0.5,
        profit_factor=1.1,
        sharpe=score,
        exposure=0.2,
        score=score,
    )


@given(numbers, numbers)
def test_moments_of_two_parts_are_those_of_both_together(
    first: list[float], second: list[float]
) -> None:
    added = Moments.of(first).plus(Moments.of(second))
    whole = Moments.of([*first, *second])
    assert added.count == whole.count
    assert math.isclose(added.mean, whole.mean, abs_tol=1e-9)
    assert math.isclose(added.variance, whole.variance, abs_tol=1e-9)


def test_the_best_lines_are_few_sorted_and_scored() -> None:
    lines = [line(number, float(number % 30)) for number in range(100)]
    kept = best_of([*lines, line(100, None)])
    assert len(kept) == KEPT
    assert [one.number for one in kept[:5]] == [29, 59, 89, 28, 58]


def test_parts_together_count_everything_and_keep_the_best() -> None:
    parts = [
        PartResult(
            tried=10,
            refused=number,
            profitable=4,
            sharpes=Moments.of([0.1 * number, 0.2]),
            best=best_of([line(number, float(number))]),
            scores={number: float(number)},
        )
        for number in range(3)
    ]
    whole = together(parts)
    assert (whole.tried, whole.refused, whole.profitable) == (30, 3, 12)
    assert [one.number for one in whole.best] == [2, 1, 0]
    assert whole.scores == {0: 0.0, 1: 1.0, 2: 2.0}
    assert whole.sharpes.count == 6
    assert together(reversed(parts)).best == whole.best


def test_trials_count_all_that_was_tried_and_need_two_that_could_be_measured() -> None:
    assert PartResult(tried=5, sharpes=Moments.of([0.1])).trials is None
    trials = PartResult(tried=5, sharpes=Moments.of([0.1, 0.3])).trials
    assert trials is not None
    assert trials.count == 5
    assert trials.sharpe_variance == pytest.approx(0.02)


def test_a_part_is_the_same_after_it_was_stored() -> None:
    part = PartResult(tried=3, best=(line(7, 1.5),), scores={7: 1.5, 8: None})
    assert PartResult.model_validate_json(part.model_dump_json()) == part
