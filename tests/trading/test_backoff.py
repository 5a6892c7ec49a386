"""Pauses that double, never below half nor above the longest."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trading.backoff import Backoff
from trading.errors import InvariantError

SECOND = timedelta(seconds=1)
BACKOFF = Backoff(SECOND, 8 * SECOND)


@pytest.mark.parametrize(
    ("failures", "luck", "pause"),
    [(1, 1, 1), (2, 1, 2), (3, 1, 4), (4, 1, 8), (5, 1, 8), (900, 1, 8), (1, 0, 0.5), (3, 0.5, 3)],
)
def test_pauses_double_up_to_the_longest(failures: int, luck: float, pause: float) -> None:
    assert BACKOFF.pause(failures, luck) == pause * SECOND


@given(st.integers(1, 10**6), st.floats(0, 1))
def test_a_pause_is_never_nothing_and_never_too_long(failures: int, luck: float) -> None:
    assert SECOND / 2 <= BACKOFF.pause(failures, luck) <= 8 * SECOND


@pytest.mark.parametrize(("failures", "luck"), [(0, 0.5), (1, -0.1), (1, 1.1)])
def test_impossible_questions_are_refused(failures: int, luck: float) -> None:
    with pytest.raises(InvariantError):
        BACKOFF.pause(failures, luck)


@pytest.mark.parametrize(("first", "longest"), [(0, 1), (2, 1), (-1, 1)])
def test_impossible_pauses_are_refused(first: int, longest: int) -> None:
    with pytest.raises(InvariantError, match="backoff from"):
        Backoff(first * SECOND, longest * SECOND)
