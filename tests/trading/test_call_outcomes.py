"""What the ledger's calls teach the breakers of a model."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trading.breaker import Passage
from trading.call_outcomes import (
    NO_ANSWER,
    NO_USAGE,
    NOT_SENT,
    PastCall,
    breakers_after,
    outcome_of,
)
from trading.failures import FailureCode
from trading.model_breaker import CallOutcome, may_call
from trading.model_errors import RefusalKind

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def call(began: int = 0, took: int | None = 1, **changes: Any) -> PastCall:
    """A good call, in seconds after noon."""
    fields: dict[str, Any] = {
        "error_code": None,
        "is_judged": True,
        "failure": None,
        "had_picture": True,
    }
    began_at = NOW + began * SECOND
    ended_at = None if took is None else began_at + took * SECOND
    return PastCall(began_at, ended_at, **(fields | changes))


def lost(began: int = 0, took: int | None = 1) -> PastCall:
    return call(began, took, error_code=NO_ANSWER, is_judged=False)


def passage_at(second: int, *calls: PastCall) -> Passage:
    return may_call(breakers_after(calls), NOW + second * SECOND)


@pytest.mark.parametrize(
    ("past", "outcome"),
    [
        (call(), CallOutcome.GOOD),
        (call(error_code=NO_USAGE), CallOutcome.GOOD),
        (call(failure=FailureCode.SCHEMA), CallOutcome.BAD_SCHEMA),
        (call(failure=FailureCode.VISION_NOT_SEEN), CallOutcome.PICTURE_NOT_SEEN),
        (call(failure=FailureCode.PRICE_INSANE), CallOutcome.GOOD),
        (call(failure=FailureCode.TRUNCATED), CallOutcome.REFUSED),
        (call(is_judged=False), CallOutcome.REFUSED),
        (call(is_judged=False, error_code=NO_USAGE), CallOutcome.REFUSED),
        (lost(), CallOutcome.UNAVAILABLE),
        (call(is_judged=False, error_code="wrong_key"), CallOutcome.REFUSED),
        (call(is_judged=False, error_code="abandoned"), None),
        (call(is_judged=False, error_code=NOT_SENT), None),
        (call(took=None, is_judged=False), None),
    ],
)
def test_what_came_of_a_call(past: PastCall, outcome: CallOutcome | None) -> None:
    assert outcome_of(past) is outcome


@pytest.mark.parametrize("failure", FailureCode)
def test_every_failure_of_an_answer_teaches_something(failure: FailureCode) -> None:
    assert outcome_of(call(failure=failure)) is not None


@pytest.mark.parametrize("kind", RefusalKind)
def test_every_refusal_shows_that_the_server_is_there(kind: RefusalKind) -> None:
    refused = call(is_judged=False, error_code=kind.value)

    assert outcome_of(refused) is CallOutcome.REFUSED


def test_three_lost_calls_open_for_a_minute_after_the_last_one() -> None:
    calls = lost(0), lost(2), lost(4)

    assert passage_at(64, *calls) is Passage.BLOCKED
    assert passage_at(65, *calls) is Passage.PROBE


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_the_order_they_come_in_does_not_matter(order: tuple[int, ...]) -> None:
    calls = [lost(0), lost(2), lost(4), call(70)]

    assert passage_at(72, *(calls[place] for place in order)) is Passage.FREE


def test_a_probe_on_its_way_blocks_the_others_until_it_is_taken_for_lost() -> None:
    calls = lost(0), lost(2), lost(4), call(70, took=None, is_judged=False)

    assert passage_at(71, *calls) is Passage.BLOCKED
    assert passage_at(70 + 180, *calls) is Passage.PROBE


def test_a_probe_that_died_does_not_undo_a_later_success() -> None:
    died = call(70, took=None, is_judged=False)

    assert passage_at(300, lost(0), lost(2), lost(4), died, call(260)) is Passage.FREE


def test_a_straggler_neither_closes_nor_prolongs() -> None:
    opened = lost(0, took=10), lost(1, took=10), lost(2, took=10)

    assert passage_at(30, *opened, call(3, took=20)) is Passage.BLOCKED
    assert passage_at(72, *opened, lost(3, took=30)) is Passage.PROBE


def test_a_question_without_a_picture_is_no_probe_of_sight() -> None:
    """Else an arm without pictures, asked first in every slot, would keep the others blind."""
    blind = [call(second, failure=FailureCode.VISION_NOT_SEEN) for second in (0, 2)]
    words = call(70, had_picture=False)

    assert passage_at(72, *blind) is Passage.PROBE
    assert passage_at(72, *blind, words) is Passage.PROBE
    assert passage_at(72, *blind, words, call(71)) is Passage.FREE


@given(
    st.lists(
        st.tuples(st.integers(0, 5_000), st.integers(0, 100), st.booleans()),
        max_size=40,
    )
)
def test_nobody_is_left_alone_for_longer_than_a_quarter_of_an_hour(
    history: list[tuple[int, int, bool]],
) -> None:
    calls = [call(began, took) if good else lost(began, took) for began, took, good in history]
    newest = max((began + took for began, took, _ in history), default=0)

    assert passage_at(newest + 15 * 60, *calls) is not Passage.BLOCKED
