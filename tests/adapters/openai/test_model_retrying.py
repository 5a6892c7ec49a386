"""A question is asked again where that may help, with pauses, within its deadline."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.openai.retrying import Ask, Patience, ask_patiently
from tests.adapters.openai.model_builders import REPLY, REQUEST, FakeTime
from trading.errors import InvariantError
from trading.model_errors import (
    ModelError,
    ModelRefusedError,
    ModelUnavailableError,
    RefusalKind,
)
from trading.replies import ModelReply, ModelRequest

BUSY = ModelUnavailableError("busy")
LOST = ModelUnavailableError("lost", may_be_billed=True)
REFUSED = ModelRefusedError("no", kind=RefusalKind.NO_QUOTA)


def asking(time: FakeTime, *outcomes: ModelReply | ModelError, takes: float = 1) -> Ask:
    """Asks a model that answers like this, one after the other."""
    script: Iterator[ModelReply | ModelError] = iter(outcomes)

    def ask(request: ModelRequest) -> ModelReply:
        time.seconds += takes
        outcome = next(script)
        if isinstance(outcome, ModelError):
            raise outcome
        return outcome

    return ask


def test_a_first_answer_is_taken() -> None:
    time = FakeTime()

    reply = ask_patiently(asking(time, REPLY), REQUEST, waiting=time.waiting())

    assert reply == REPLY
    assert time.slept == []


@pytest.mark.parametrize(("luck", "pauses"), [(0, [1, 1]), (0.5, [10.5, 10.5]), (1, [20, 20])])
def test_pauses_are_one_to_twenty_seconds_by_luck(luck: float, pauses: list[float]) -> None:
    time = FakeTime(luck=luck)

    reply = ask_patiently(asking(time, BUSY, LOST, REPLY), REQUEST, waiting=time.waiting())

    assert reply == replace(REPLY, attempts=3)
    assert time.slept == pauses


def test_after_two_retries_the_last_failure_is_told() -> None:
    time = FakeTime()

    with pytest.raises(ModelUnavailableError, match="lost"):
        ask_patiently(asking(time, BUSY, BUSY, LOST), REQUEST, waiting=time.waiting())

    assert len(time.slept) == 2


def test_a_refusal_is_told_at_once() -> None:
    time = FakeTime()

    with pytest.raises(ModelRefusedError):
        ask_patiently(asking(time, REFUSED), REQUEST, waiting=time.waiting())

    assert time.slept == []


@pytest.mark.parametrize(("asked", "slept"), [(0, 1), (7, 7), (45, 45)])
def test_the_server_may_ask_for_a_longer_pause(asked: int, slept: float) -> None:
    time = FakeTime()
    busy = ModelUnavailableError("busy", retry_after=timedelta(seconds=asked))

    ask_patiently(asking(time, busy, REPLY), REQUEST, waiting=time.waiting())

    assert time.slept == [slept]


@pytest.mark.parametrize("asked", [55, 59, 60, 3600])
def test_a_pause_that_leaves_no_time_for_an_answer_is_not_waited(asked: int) -> None:
    time = FakeTime()
    busy = ModelUnavailableError("busy", retry_after=timedelta(seconds=asked))

    with pytest.raises(ModelUnavailableError):
        ask_patiently(asking(time, busy), REQUEST, waiting=time.waiting())

    assert time.slept == []


def test_every_attempt_has_the_time_that_is_left() -> None:
    time = FakeTime()
    begun: list[timedelta] = []
    answer = asking(time, BUSY, REPLY, takes=4)

    def ask(request: ModelRequest) -> ModelReply:
        begun.append(request.deadline)
        return answer(request)

    ask_patiently(ask, REQUEST, waiting=time.waiting())

    assert begun == [REQUEST.deadline, REQUEST.deadline - timedelta(seconds=5)]


@given(
    luck=st.floats(0, 1),
    takes=st.floats(0.01, 100),
    asked=st.none() | st.integers(0, 200),
)
def test_nothing_is_asked_after_the_deadline(luck: float, takes: float, asked: int | None) -> None:
    time = FakeTime(luck=luck)
    begun: list[float] = []
    pause = None if asked is None else timedelta(seconds=asked)
    busy = ModelUnavailableError("busy", retry_after=pause)

    def ask(request: ModelRequest) -> ModelReply:
        begun.append(time.seconds)
        assert time.seconds + request.deadline.total_seconds() <= 60.001
        time.seconds += min(takes, request.deadline.total_seconds())
        raise busy

    with pytest.raises(ModelUnavailableError):
        ask_patiently(ask, REQUEST, waiting=time.waiting())

    assert 1 <= len(begun) <= 3
    assert all(moment < 60 for moment in begun)


@pytest.mark.parametrize("given_", [{"retries": -1}, {"shortest": timedelta(seconds=30)}])
def test_impossible_patience_is_refused(given_: dict[str, object]) -> None:
    with pytest.raises(InvariantError):
        Patience(**given_)  # type: ignore[arg-type]
