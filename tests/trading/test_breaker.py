"""A breaker opens after failures in a row, tries once, and closes on any answer."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trading.breaker import (
    CLOSED,
    Breaker,
    BreakerRules,
    Passage,
    after_failure,
    blocked_until,
    passage,
    probing,
)
from trading.errors import InvariantError
from trading.traffic import BreakerState

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
RULES = BreakerRules(failures=3)

OPEN = Breaker(BreakerState.OPEN, 3, open_until=NOW + SECOND, reason="HTTP status 503")
TRYING = Breaker(BreakerState.HALF_OPEN, 3, open_until=NOW, probe_until=NOW + SECOND)


def failed(breaker: Breaker, *, jitter: float = 0) -> Breaker:
    return after_failure(breaker, "no answer", NOW, rules=RULES, jitter=jitter)


@pytest.mark.parametrize(
    ("breaker", "at", "expected"),
    [
        (CLOSED, NOW, Passage.FREE),
        (Breaker(failures=2), NOW, Passage.FREE),
        (OPEN, NOW, Passage.BLOCKED),
        (OPEN, NOW + SECOND, Passage.PROBE),
        (TRYING, NOW, Passage.BLOCKED),
        (TRYING, NOW + SECOND, Passage.PROBE),
    ],
)
def test_who_may_pass(breaker: Breaker, at: datetime, expected: Passage) -> None:
    assert passage(breaker, at) is expected


def test_every_state_has_its_passage() -> None:
    seen = {breaker.state for breaker in (CLOSED, OPEN, TRYING)}

    assert seen == set(BreakerState)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (CLOSED, Breaker(failures=1, reason="no answer")),
        (Breaker(failures=1), Breaker(failures=2, reason="no answer")),
        (Breaker(failures=2), Breaker(BreakerState.OPEN, 3, NOW + SECOND, None, "no answer")),
        (OPEN, OPEN),
        (TRYING, Breaker(BreakerState.OPEN, 4, NOW + 2 * SECOND, None, "no answer")),
    ],
)
def test_what_a_failure_makes_of_each_state(before: Breaker, after: Breaker) -> None:
    assert failed(before) == after


def test_a_probe_half_opens_until_it_is_taken_for_lost() -> None:
    trying = probing(OPEN, NOW, RULES)

    assert trying.state is BreakerState.HALF_OPEN
    assert blocked_until(trying) == NOW + RULES.probe_within
    assert (trying.failures, trying.reason) == (OPEN.failures, OPEN.reason)


@given(failures=st.integers(3, 10_000), jitter=st.floats(0, 1))
def test_open_times_grow_within_their_bounds(failures: int, jitter: float) -> None:
    trying = Breaker(BreakerState.HALF_OPEN, failures, probe_until=NOW)

    until = blocked_until(failed(trying, jitter=jitter))

    assert until is not None
    assert RULES.first_open / 2 <= until - NOW <= RULES.longest_open


def test_open_times_double_until_the_longest() -> None:
    lengths = []
    breaker = Breaker(failures=2)
    for _ in range(7):
        breaker = failed(breaker)
        lengths.append((blocked_until(breaker) or NOW) - NOW)
        breaker = probing(breaker, NOW, RULES)

    assert [length / SECOND for length in lengths] == [1, 2, 4, 8, 16, 30, 30]


def test_a_closed_breaker_blocks_until_no_time() -> None:
    assert blocked_until(CLOSED) is None


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"failures": -1}, "-1 failures in a row"),
        ({"state": BreakerState.OPEN}, "an open breaker needs an end"),
        ({"state": BreakerState.HALF_OPEN}, "needs the end of its probe"),
    ],
)
def test_an_impossible_breaker_is_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(InvariantError, match=message):
        Breaker(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"failures": 0}, "opens after 0 failures"),
        ({"first_open": timedelta(0)}, "stays open 0:00:00"),
        ({"longest_open": timedelta(milliseconds=1)}, "not above the longest"),
        ({"probe_within": timedelta(0)}, "probe_within 0:00:00"),
    ],
)
def test_impossible_rules_are_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(InvariantError, match=message):
        BreakerRules(**fields)  # type: ignore[arg-type]


def test_jitter_is_a_fraction() -> None:
    with pytest.raises(InvariantError, match="jitter 2"):
        failed(Breaker(failures=2), jitter=2)
