"""Claim a slot before anything else, and say how the run in it ended."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from db.keys import SlotKey
from db.repositories import slots
from db.repositories.slots import Claim
from db.seat import is_seat_taken, take_seat
from db.unit_of_work import engine_of, read_session, unit_of_work
from tasks.clock import wall_time
from tasks.policies import SAFE_TO_RETRY
from tasks.resources import Resources
from tasks.steps import step
from trading.errors import AutotraderError
from trading.reasons import SkipReason
from trading.slots import check_skew, check_start, slot_of

__all__ = [
    "Claim",
    "Due",
    "Skipped",
    "claim_slot",
    "due_slot",
    "finish_slot",
    "run_alone",
    "slot_kept",
]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A run that did nothing, and why."""

    reason: SkipReason
    detail: str


@dataclass(frozen=True, slots=True)
class Due:
    """A slot and the moment its run was due: the schedule's time, or now for a run by hand."""

    slot: datetime
    due_at: datetime


def due_slot(resources: Resources, due: datetime | None) -> Due:
    """The slot that is due at `due`, by default now."""
    now = resources.now()
    # In a replayed market the schedule's wall time lies in the future of the market.
    moment = now if due is None else min(due, now)
    return Due(slot_of(moment, resources.desk.interval), moment)


@contextmanager
def run_alone(resources: Resources, flow: str) -> Iterator[bool]:
    """Whether this is the only run of `flow` for the account while the block lasts.

    A process that dies gives its place free at once: the place is a lock of a connection.
    """
    seat = take_seat(engine_of(resources.sessions), resources.desk.account, flow)
    try:
        yield seat is not None
    finally:
        if seat is not None:
            seat.give_back()


@step(name="claim-slot", task_run_name="claim {due.slot}", **SAFE_TO_RETRY)
def claim_slot(
    resources: Resources, flow: str, due: Due, owner: str, is_alone: bool
) -> Claim | Skipped:
    """The right to run this slot, or why the run must do nothing.

    Of any number of runs at the same moment exactly one gets it. A run that starts late, with a
    wrong clock or beside another one takes the slot and skips it, so that the skip is on record.
    A run that is alone also gets a slot that another one claimed: that one is dead.
    """
    now, wall = resources.now(), wall_time()
    key = SlotKey(resources.desk.account, flow, due.slot)
    with unit_of_work(resources.sessions) as session:
        if is_alone:
            slots.end_lease(session, key, wall_time=wall)
        elif slots.newest_claimed(session, key.account, flow) in {None, due.slot}:
            # The other run has this very slot, or is about to claim it.
            return _taken(due)
        claim = slots.claim(
            session, key, owner=owner, now=now, lease=resources.desk.slots.lease, wall_time=wall
        )
        if claim is None:
            return _taken(due)
        skipped = _must_skip(resources, due, now) if is_alone else _beside_another(flow)
        if skipped is not None:
            slots.skip(session, claim, reason=skipped.reason, now=now, detail=skipped.detail)
            return skipped
    return claim


def abandoned_slot(resources: Resources, flow: str) -> datetime | None:
    """The newest slot whose run died in it, None if there is none or a run is at work."""
    with read_session(resources.sessions) as session:
        if is_seat_taken(session, resources.desk.account, flow):
            return None
        return slots.newest_claimed(session, resources.desk.account, flow)


@step(name="finish-slot", task_run_name="finish slot", **SAFE_TO_RETRY)
def finish_slot(resources: Resources, claim: Claim) -> None:
    """The run did its work."""
    with unit_of_work(resources.sessions) as session:
        slots.finish(session, claim, now=resources.now())


@contextmanager
def slot_kept(resources: Resources, claim: Claim) -> Iterator[None]:
    """Marks the slot failed when the run in it breaks off; it is not run again, the next one is.

    A process that dies marks nothing: another run takes the slot over.
    """
    try:
        yield
    except (AutotraderError, SQLAlchemyError) as error:
        with unit_of_work(resources.sessions) as session:
            slots.fail(
                session, claim, now=resources.now(), detail=f"{type(error).__name__}: {error}"
            )
        raise


def _taken(due: Due) -> Skipped:
    return Skipped(SkipReason.ALREADY_CLAIMED, f"slot {due.slot.isoformat()} is taken")


def _beside_another(flow: str) -> Skipped:
    detail = f"another {flow} of this account is running; it is left to finish"
    return Skipped(SkipReason.SECOND_INSTANCE, detail)


def _must_skip(resources: Resources, due: Due, now: datetime) -> Skipped | None:
    rules = resources.desk.slots
    if check_start(due.due_at, now=now, rules=rules) is not None:
        return Skipped(
            SkipReason.LATE,
            f"due {due.due_at.isoformat()}, started {now.isoformat()}; "
            f"{rules.maximum_lateness} late is allowed",
        )
    skew = resources.clock_skew
    if skew is not None and check_skew(skew, rules) is not None:
        return Skipped(
            SkipReason.CLOCK_SKEW,
            f"the exchange's clock is {_apart(skew)} ours, "
            f"{rules.maximum_clock_skew.total_seconds():.3f} s allowed; set this machine's clock",
        )
    return None


def _apart(skew: timedelta) -> str:
    seconds = skew.total_seconds()
    return f"{abs(seconds):.3f} s {'ahead of' if seconds > 0 else 'behind'}"
