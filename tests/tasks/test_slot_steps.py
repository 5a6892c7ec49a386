"""Slots: one run each, skips on record, failures marked, dead runs taken over."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from db.models import CycleRunRow
from db.queries.runs import RunLine, recent_runs, skips_by_reason
from db.states import RunState
from db.unit_of_work import read_session, unit_of_work
from tasks.clock import wall_time
from tasks.resources import Resources, open_resources
from tasks.slots import (
    Claim,
    Due,
    Skipped,
    abandoned_slot,
    claim_slot,
    due_slot,
    finish_slot,
    run_alone,
    slot_kept,
)
from tests.fixtures.desks import offline_resources, settings_of
from tests.fixtures.simulator import Venue
from trading.errors import ExchangeRetryableError, InvariantError
from trading.reasons import SkipReason

SLOT = datetime(2026, 11, 21, 10, tzinfo=UTC)
NOW = SLOT + timedelta(seconds=3)
FLOW = "trading-cycle"


@pytest.fixture
def resources(session_factory: sessionmaker[Session]) -> Resources:
    return offline_resources(session_factory, now=NOW)


def at(resources: Resources, now: datetime) -> Resources:
    """The same desk at another moment."""
    return replace(resources, now=lambda: now)


def claim(resources: Resources, due: datetime | None = None, owner: str = "one") -> Claim:
    claimed = claim_slot.fn(resources, FLOW, due_slot(resources, due), owner, True)
    assert isinstance(claimed, Claim), claimed
    return claimed


def only_run(resources: Resources) -> RunLine:
    with read_session(resources.sessions) as session:
        (run,) = recent_runs(session, resources.desk.account)
    return run


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (None, Due(SLOT, NOW)),
        (SLOT, Due(SLOT, SLOT)),
        (
            SLOT - timedelta(minutes=10),
            Due(SLOT - timedelta(hours=1), SLOT - timedelta(minutes=10)),
        ),
        # A schedule's wall time lies in the future of a replayed market.
        (SLOT + timedelta(days=300), Due(SLOT, NOW)),
    ],
)
def test_a_run_belongs_to_the_slot_it_was_due_in(
    resources: Resources, due: datetime | None, expected: Due
) -> None:
    assert due_slot(resources, due) == expected


def test_a_claimed_slot_is_finished_by_its_run(resources: Resources) -> None:
    held = claim(resources)

    finish_slot.fn(resources, held)

    run = only_run(resources)
    assert (run.state, run.attempt, run.ended_at) == (RunState.FINISHED, 1, NOW)


def test_a_late_run_is_skipped_and_the_skip_is_on_record(resources: Resources) -> None:
    late = at(resources, SLOT + timedelta(minutes=5, seconds=1))

    skipped = claim_slot.fn(late, FLOW, due_slot(late, SLOT), "one", True)

    detail = (
        "due 2026-11-21T10:00:00+00:00, started 2026-11-21T10:05:01+00:00; 0:05:00 late is allowed"
    )
    assert skipped == Skipped(SkipReason.LATE, detail)
    run = only_run(resources)
    assert (run.state, run.skip_reason, run.detail) == (RunState.SKIPPED, SkipReason.LATE, detail)


def test_a_run_by_hand_is_never_late(resources: Resources) -> None:
    in_the_middle = at(resources, SLOT + timedelta(minutes=50))

    assert claim(in_the_middle).key.slot == SLOT


@pytest.mark.parametrize(
    ("ahead", "apart"),
    [
        (timedelta(seconds=2), "2.000 s ahead of"),
        (timedelta(seconds=-2), "2.000 s behind"),
    ],
)
def test_a_clock_two_seconds_off_skips_the_run(
    resources: Resources, ahead: timedelta, apart: str
) -> None:
    wrong = replace(resources, clock_skew=ahead)

    skipped = claim_slot.fn(wrong, FLOW, due_slot(wrong, None), "one", True)

    detail = f"the exchange's clock is {apart} ours, 1.000 s allowed; set this machine's clock"
    assert skipped == Skipped(SkipReason.CLOCK_SKEW, detail)
    assert only_run(resources).skip_reason is SkipReason.CLOCK_SKEW


def test_a_clock_within_the_limit_runs(resources: Resources) -> None:
    claim(replace(resources, clock_skew=timedelta(milliseconds=900)))


def test_a_taken_slot_is_not_run_again(resources: Resources) -> None:
    held = claim(resources)
    finish_slot.fn(resources, held)

    second = claim_slot.fn(resources, FLOW, due_slot(resources, None), "two", False)

    assert second == Skipped(SkipReason.ALREADY_CLAIMED, "slot 2026-11-21T10:00:00+00:00 is taken")
    assert only_run(resources).lease_owner == "one"


def test_a_dead_run_is_taken_over_after_its_lease(resources: Resources) -> None:
    dead = claim(resources)
    with unit_of_work(resources.sessions) as session:
        session.execute(update(CycleRunRow).values(lease_until=wall_time()))

    heir = claim(resources, owner="two")

    assert (heir.run_id, heir.attempt, heir.is_takeover) == (dead.run_id, 2, True)
    with pytest.raises(InvariantError, match="one no longer holds claim 1"):
        finish_slot.fn(resources, dead)
    finish_slot.fn(resources, heir)
    assert only_run(resources).lease_owner == "two"


def test_a_run_beside_a_living_one_skips_its_slot_and_is_counted(resources: Resources) -> None:
    later = at(resources, NOW + timedelta(hours=1))

    with run_alone(resources, FLOW), run_alone(later, FLOW) as is_alone:
        claim(resources)
        second = claim_slot.fn(later, FLOW, due_slot(later, None), "two", is_alone)

    assert isinstance(second, Skipped)
    assert second.reason is SkipReason.SECOND_INSTANCE
    with read_session(resources.sessions) as session:
        counted = skips_by_reason(session, resources.desk.account, flow=FLOW)
        before = skips_by_reason(
            session, resources.desk.account, flow=FLOW, since=SLOT + timedelta(hours=2)
        )
    assert (counted, before) == ({SkipReason.SECOND_INSTANCE: 1}, {})
    # The one before has ended: the next slot runs.
    claim(at(resources, NOW + timedelta(hours=2)))


def test_a_run_that_outlives_its_lease_is_not_taken_over(resources: Resources) -> None:
    with run_alone(resources, FLOW), run_alone(resources, FLOW) as is_alone:
        alive = claim(resources)
        with unit_of_work(resources.sessions) as session:
            session.execute(update(CycleRunRow).values(lease_until=wall_time()))
        second = claim_slot.fn(resources, FLOW, due_slot(resources, None), "two", is_alone)
        assert abandoned_slot(resources, FLOW) is None
        finish_slot.fn(resources, alive)

    assert isinstance(second, Skipped)
    assert second.reason is SkipReason.ALREADY_CLAIMED
    assert only_run(resources).state is RunState.FINISHED


def test_the_slot_of_a_dead_run_is_taken_over_at_once(resources: Resources) -> None:
    with run_alone(resources, FLOW):
        dead = claim(resources)

    assert abandoned_slot(resources, FLOW) == SLOT
    with run_alone(resources, FLOW) as is_alone:
        heir = claim_slot.fn(resources, FLOW, due_slot(resources, None), "two", is_alone)
        assert isinstance(heir, Claim)
        finish_slot.fn(resources, heir)

    assert (heir.run_id, heir.is_takeover) == (dead.run_id, True)
    assert abandoned_slot(resources, FLOW) is None


def test_only_one_of_two_runs_at_the_same_moment_is_alone(resources: Resources) -> None:
    with run_alone(resources, FLOW) as first, run_alone(resources, FLOW) as second:
        assert (first, second) == (True, False)
    with run_alone(resources, FLOW) as third:
        assert third


def test_fifty_runs_at_once_get_one_claim(resources: Resources) -> None:
    due = due_slot(resources, None)

    def run(owner: int) -> Claim | Skipped:
        with run_alone(resources, FLOW) as is_alone:
            answer = claim_slot.fn(resources, FLOW, due, f"run {owner}", is_alone)
            if isinstance(answer, Claim):
                finish_slot.fn(resources, answer)
            return answer

    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(run, range(50)))

    won = [answer for answer in answers if isinstance(answer, Claim)]
    assert len(won) == 1
    assert {answer.reason for answer in answers if isinstance(answer, Skipped)} == {
        SkipReason.ALREADY_CLAIMED
    }
    assert only_run(resources).lease_owner == won[0].owner


@pytest.mark.parametrize(
    "error",
    [
        ExchangeRetryableError("connection refused"),
        OperationalError("SELECT 1", {}, ConnectionError("gone")),
    ],
    ids=["ours", "the database's"],
)
def test_a_run_that_breaks_off_marks_its_slot_failed(
    resources: Resources, error: Exception
) -> None:
    held = claim(resources)

    with pytest.raises(type(error)), slot_kept(resources, held):
        raise error

    run = only_run(resources)
    assert run.state is RunState.FAILED
    assert run.detail == f"{type(error).__name__}: {error}"


def test_a_process_that_is_ended_leaves_its_slot_to_the_lease(resources: Resources) -> None:
    held = claim(resources)

    with pytest.raises(KeyboardInterrupt), slot_kept(resources, held):
        raise KeyboardInterrupt

    assert only_run(resources).state is RunState.CLAIMED


def test_the_skew_to_a_real_exchange_is_measured_when_a_run_opens(
    open_venue: Callable[..., Venue], own_database_url: str
) -> None:
    ahead = open_venue("--clock-skew-ms", "2000", "--symbols", "BTCUSDT")
    settings = settings_of(ahead, own_database_url, clock="system", recv_window_ms=5000)

    with open_resources(settings, role="test") as opened:
        skipped = claim_slot.fn(opened, FLOW, due_slot(opened, None), "one", True)

    assert isinstance(skipped, Skipped)
    assert skipped.reason is SkipReason.CLOCK_SKEW
    assert "clock is 2.0" in skipped.detail or "clock is 1.9" in skipped.detail
