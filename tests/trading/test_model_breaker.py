"""A model is left alone when it does not answer, breaks the schema or does not see."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trading.breaker import Passage
from trading.errors import InvariantError
from trading.model_breaker import (
    RULES,
    BreakerKind,
    CallOutcome,
    Lesson,
    ModelBreakers,
    WindowRules,
    after_call,
    before_probe,
    lessons_of,
    may_call,
)
from trading.traffic import BreakerState

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
GOOD, LOST = CallOutcome.GOOD, CallOutcome.UNAVAILABLE
BAD, BLIND = CallOutcome.BAD_SCHEMA, CallOutcome.PICTURE_NOT_SEEN


def after(*outcomes: CallOutcome, breakers: ModelBreakers | None = None) -> ModelBreakers:
    """The breakers after these outcomes of calls with a picture."""
    learned: ModelBreakers = breakers or {}
    for outcome in outcomes:
        lesson = Lesson(outcome, had_picture=True, reason=outcome.value)
        learned = after_call(learned, lesson, NOW)
    return learned


def open_ones(breakers: ModelBreakers) -> set[BreakerKind]:
    return {kind for kind, one in breakers.items() if one.breaker.state is not BreakerState.CLOSED}


@pytest.mark.parametrize(
    ("outcomes", "opened"),
    [
        ([], set()),
        ([LOST, LOST], set()),
        ([LOST, LOST, LOST], {BreakerKind.TRANSPORT}),
        ([LOST, LOST, GOOD, LOST, LOST], set()),
        ([LOST, GOOD] * 4, set()),
        ([LOST, GOOD] * 4 + [LOST], {BreakerKind.TRANSPORT}),
        ([LOST, *[GOOD] * 9, LOST, GOOD, LOST, GOOD, LOST, GOOD, LOST], set()),
        ([BAD] * 4, set()),
        ([BAD] * 5, {BreakerKind.SCHEMA}),
        ([BAD, GOOD] * 4 + [BAD], {BreakerKind.SCHEMA}),
        ([BAD, *[GOOD] * 9, *[BAD] * 4], set()),
        ([BLIND], set()),
        ([BLIND, *[GOOD] * 8, BLIND], {BreakerKind.VISION}),
        ([BLIND, *[GOOD] * 9, BLIND], set()),
        ([CallOutcome.REFUSED] * 20, set()),
    ],
)
def test_when_each_breaker_opens(outcomes: list[CallOutcome], opened: set[BreakerKind]) -> None:
    assert open_ones(after(*outcomes)) == opened


@pytest.mark.parametrize(
    ("outcome", "had_picture", "lessons"),
    [
        (LOST, True, {BreakerKind.TRANSPORT: False}),
        (CallOutcome.REFUSED, True, {BreakerKind.TRANSPORT: True}),
        (BAD, True, {BreakerKind.TRANSPORT: True, BreakerKind.SCHEMA: False}),
        (BLIND, True, dict(zip(BreakerKind, [True, True, False], strict=True))),
        (GOOD, True, dict.fromkeys(BreakerKind, True)),
        (GOOD, False, {BreakerKind.TRANSPORT: True, BreakerKind.SCHEMA: True}),
    ],
)
def test_what_each_outcome_teaches(
    outcome: CallOutcome, had_picture: bool, lessons: dict[BreakerKind, bool]
) -> None:
    assert lessons_of(Lesson(outcome, had_picture, "")) == lessons


def test_an_open_breaker_blocks_for_a_minute_and_lets_one_probe_out() -> None:
    breakers = after(LOST, LOST, LOST)

    assert may_call(breakers, NOW + MINUTE - SECOND) is Passage.BLOCKED
    assert may_call(breakers, NOW + MINUTE) is Passage.PROBE
    trying = before_probe(breakers, NOW + MINUTE)
    assert may_call(trying, NOW + MINUTE) is Passage.BLOCKED


def test_a_good_probe_closes_and_forgets() -> None:
    trying = before_probe(after(LOST, LOST, LOST), NOW + MINUTE)

    closed = after(GOOD, LOST, LOST, breakers=trying)

    assert may_call(closed, NOW) is Passage.FREE


def test_failed_probes_double_the_open_time_up_to_a_quarter_of_an_hour() -> None:
    breakers = after(LOST, LOST, LOST)
    lengths = []
    moment = NOW
    for _ in range(6):
        until = breakers[BreakerKind.TRANSPORT].breaker.open_until
        assert until is not None
        lengths.append((until - moment) / MINUTE)
        moment = until
        lesson = Lesson(LOST, had_picture=True, reason="no answer")
        breakers = after_call(before_probe(breakers, moment), lesson, moment)

    assert lengths == [1, 2, 4, 8, 15, 15]


def test_a_probe_without_an_outcome_is_taken_for_lost() -> None:
    trying = before_probe(after(LOST, LOST, LOST), NOW + MINUTE)

    assert may_call(trying, NOW + MINUTE + RULES[BreakerKind.TRANSPORT].times.probe_within) is (
        Passage.PROBE
    )


def test_late_failures_do_not_lengthen_an_open_time() -> None:
    opened = after(LOST, LOST, LOST)

    assert after(LOST, LOST, breakers=opened) == opened


def test_a_model_that_does_not_see_may_be_asked_in_words() -> None:
    breakers = after(BLIND, BLIND)

    assert may_call(breakers, NOW) is Passage.BLOCKED
    assert may_call(breakers, NOW, with_picture=False) is Passage.FREE


def test_the_reason_is_kept() -> None:
    assert after(BAD, BAD, BAD, BAD, BAD)[BreakerKind.SCHEMA].breaker.reason == "bad_schema"


@given(st.lists(st.tuples(st.sampled_from(CallOutcome), st.integers(0, 300)), max_size=60))
def test_windows_stay_small_and_every_breaker_lets_somebody_out_again(
    calls: list[tuple[CallOutcome, int]],
) -> None:
    breakers: ModelBreakers = {}
    now = NOW
    for outcome, seconds in calls:
        now += timedelta(seconds=seconds)
        if may_call(breakers, now) is Passage.PROBE:
            breakers = before_probe(breakers, now)
        breakers = after_call(breakers, Lesson(outcome, True, "", jitter=0.5), now)

    assert all(len(one.recent) <= RULES[kind].window for kind, one in breakers.items())
    assert may_call(breakers, now + timedelta(minutes=15)) is not Passage.BLOCKED


@pytest.mark.parametrize(
    "numbers", [(10, 0, None), (10, 11, None), (10, 5, 0)], ids=["none", "too many", "no row"]
)
def test_impossible_windows_are_refused(numbers: tuple[int, int, int | None]) -> None:
    with pytest.raises(InvariantError):
        WindowRules(*numbers)
