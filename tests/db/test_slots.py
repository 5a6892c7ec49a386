"""A slot belongs to one run at a time, however many want it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy.orm import Session, sessionmaker

from db.keys import AccountKey, SlotKey
from db.queries.runs import recent_runs, runs_by_state
from db.repositories import slots
from db.repositories.slots import Claim
from db.states import RunState
from db.unit_of_work import read_session, unit_of_work
from trading.errors import InvariantError
from trading.reasons import SkipReason

LEASE = timedelta(minutes=10)


@pytest.fixture
def slot(key: AccountKey, now: datetime) -> SlotKey:
    return SlotKey(key, "trading_cycle", now)


def claim(session: Session, slot: SlotKey, *, owner: str = "w1", now: datetime) -> Claim | None:
    return slots.claim(session, slot, owner=owner, now=now, lease=LEASE)


def test_a_free_slot_is_claimed_for_the_length_of_the_lease(
    session: Session, slot: SlotKey, now: datetime
) -> None:
    held = claim(session, slot, now=now)
    assert held is not None
    assert (held.key, held.owner, held.attempt) == (slot, "w1", 1)
    assert held.lease_until == now + LEASE
    assert not held.is_takeover


def test_a_claimed_slot_is_refused_until_its_lease_ends(
    session: Session, slot: SlotKey, now: datetime
) -> None:
    claim(session, slot, now=now)
    almost = now + LEASE - timedelta(microseconds=1)
    assert claim(session, slot, owner="w2", now=almost) is None


def test_an_expired_lease_is_taken_over_as_the_next_attempt(
    session: Session, slot: SlotKey, now: datetime
) -> None:
    first = claim(session, slot, now=now)
    second = claim(session, slot, owner="w2", now=now + LEASE)
    assert first is not None
    assert second is not None
    assert (second.run_id, second.attempt, second.is_takeover) == (first.run_id, 2, True)


def test_a_lease_runs_in_wall_time_while_the_market_stands_still(
    session: Session, slot: SlotKey, now: datetime
) -> None:
    wall = now + timedelta(days=600)
    slots.claim(session, slot, owner="w1", now=now, lease=LEASE, wall_time=wall)
    soon, late = wall + timedelta(minutes=9), wall + LEASE
    far = now + timedelta(days=900)
    assert slots.claim(session, slot, owner="w2", now=far, lease=LEASE, wall_time=soon) is None
    assert slots.claim(session, slot, owner="w2", now=now, lease=LEASE, wall_time=late) is not None


@pytest.mark.parametrize(
    "different",
    [{"flow": "position_sync"}, {"slot": "later"}, {"account": "other"}],
    ids=lambda changed: next(iter(changed)),
)
def test_another_flow_time_or_account_is_another_slot(
    different: dict[str, str], session: Session, slot: SlotKey, now: datetime
) -> None:
    values = {"later": now + timedelta(hours=1), "other": AccountKey("paper", "second")}
    claim(session, slot, now=now)
    changed = {name: values.get(value, value) for name, value in different.items()}
    assert claim(session, replace(slot, **changed), now=now) is not None


@pytest.mark.parametrize("end", ["finish", "skip", "fail"])
def test_a_slot_that_ended_is_never_claimed_again(
    end: str, session: Session, slot: SlotKey, now: datetime
) -> None:
    held = claim(session, slot, now=now)
    assert held is not None
    if end == "finish":
        slots.finish(session, held, now=now)
    elif end == "skip":
        slots.skip(session, held, reason=SkipReason.LATE, now=now, detail="6 min late, 5 allowed")
    else:
        slots.fail(session, held, now=now, detail="the exchange did not answer")
    assert claim(session, slot, owner="w2", now=now + 2 * LEASE) is None


def test_how_a_run_ended_is_stored(session: Session, slot: SlotKey, now: datetime) -> None:
    held = claim(session, slot, now=now)
    assert held is not None
    slots.skip(session, held, reason=SkipReason.CLOCK_SKEW, now=now, detail="2.1 s off")
    (run,) = recent_runs(session, slot.account, flow="trading_cycle")
    assert recent_runs(session, slot.account) == [run]
    assert recent_runs(session, slot.account, flow="position_sync") == []
    assert (run.state, run.skip_reason, run.detail) == (
        RunState.SKIPPED,
        SkipReason.CLOCK_SKEW,
        "2.1 s off",
    )
    assert (run.claimed_at, run.ended_at) == (now, now)


def test_whoever_lost_the_claim_cannot_end_the_run(
    session: Session, slot: SlotKey, now: datetime
) -> None:
    slow = claim(session, slot, now=now)
    fast = claim(session, slot, owner="w1", now=now + LEASE)
    assert slow is not None
    assert fast is not None
    with pytest.raises(InvariantError, match="w1 no longer holds claim 1; its lease ended"):
        slots.finish(session, slow, now=now + LEASE)
    slots.finish(session, fast, now=now + LEASE)


def test_a_lease_of_no_length_is_refused(session: Session, slot: SlotKey, now: datetime) -> None:
    with pytest.raises(InvariantError, match="lease is 0:00:00"):
        slots.claim(session, slot, owner="w1", now=now, lease=timedelta(0))


def test_of_fifty_concurrent_claimers_one_wins(
    session_factory: sessionmaker[Session], slot: SlotKey, now: datetime
) -> None:
    assert len(race(session_factory, slot, now)) == 1


def test_of_fifty_concurrent_takers_over_one_wins(
    session_factory: sessionmaker[Session], slot: SlotKey, now: datetime
) -> None:
    with unit_of_work(session_factory) as session:
        claim(session, slot, owner="dead", now=now - LEASE)
    (winner,) = race(session_factory, slot, now)
    assert winner.attempt == 2
    with read_session(session_factory) as session:
        assert runs_by_state(session, slot.account, flow=slot.flow) == {RunState.CLAIMED: 1}


def race(factory: sessionmaker[Session], slot: SlotKey, now: datetime) -> list[Claim]:
    barrier = Barrier(50)

    def run(number: int) -> Claim | None:
        with unit_of_work(factory) as session:
            session.connection()
            barrier.wait()
            return claim(session, slot, owner=f"w{number}", now=now)

    with ThreadPoolExecutor(50) as pool:
        return [held for held in pool.map(run, range(50)) if held is not None]
