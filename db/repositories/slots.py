"""The right to run a flow once per slot, held by a lease."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.keys import AccountKey, SlotKey
from db.models import CycleRunRow
from db.repositories.rows import account_columns, belongs_to
from db.states import RunState
from trading.checks import require
from trading.errors import InvariantError
from trading.reasons import SkipReason


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run. It ends with the lease: another owner may then claim `attempt` + 1."""

    run_id: UUID
    key: SlotKey
    owner: str
    attempt: int
    lease_until: datetime

    @property
    def is_takeover(self) -> bool:
        """Whether an earlier owner let its lease expire, perhaps half-way through."""
        return self.attempt > 1


def claim(
    session: Session,
    key: SlotKey,
    *,
    owner: str,
    now: datetime,
    lease: timedelta,
    wall_time: datetime | None = None,
) -> Claim | None:
    """The claim, or None if somebody else holds, finished, skipped or failed this slot.

    Of any number of concurrent claimers exactly one wins: the unique constraint makes the others
    wait for its commit and then find the slot taken. `now` is market time; leases run in
    `wall_time`, which differs from it only while a market is replayed.
    """
    require(lease > timedelta(0), f"lease is {lease}; it must be longer than nothing")
    wall_time = wall_time or now
    taken = {
        "lease_owner": owner,
        "lease_until": wall_time + lease,
        "claimed_at": now,
    }
    statement = (
        insert(CycleRunRow)
        .values(
            **account_columns(key.account),
            flow=key.flow,
            slot=key.slot,
            state=RunState.CLAIMED,
            attempt=1,
            detail="",
            **taken,
        )
        .on_conflict_do_update(
            index_elements=["environment", "account", "flow", "slot"],
            set_={**taken, "attempt": CycleRunRow.attempt + 1},
            where=(CycleRunRow.state == RunState.CLAIMED) & (CycleRunRow.lease_until <= wall_time),
        )
        .returning(CycleRunRow.id, CycleRunRow.attempt)
    )
    row = session.execute(statement).one_or_none()
    return row and Claim(row.id, key, owner, row.attempt, wall_time + lease)


def finish(session: Session, held: Claim, *, now: datetime, detail: str = "") -> None:
    """The run did its work. Raises InvariantError if the claim was lost meanwhile."""
    _end(session, held, {"state": RunState.FINISHED, "ended_at": now, "detail": detail})


def skip(
    session: Session, held: Claim, *, reason: SkipReason, now: datetime, detail: str = ""
) -> None:
    """The run did nothing, and why. Raises InvariantError if the claim was lost meanwhile."""
    ending = {"state": RunState.SKIPPED, "skip_reason": reason, "ended_at": now, "detail": detail}
    _end(session, held, ending)


def fail(session: Session, held: Claim, *, now: datetime, detail: str) -> None:
    """The run broke. Raises InvariantError if the claim was lost meanwhile."""
    _end(session, held, {"state": RunState.FAILED, "ended_at": now, "detail": detail})


def end_lease(session: Session, key: SlotKey, *, wall_time: datetime) -> None:
    """Let the slot be claimed anew at once: its owner is known to be dead."""
    session.execute(
        update(CycleRunRow)
        .where(
            belongs_to(CycleRunRow, key.account),
            CycleRunRow.flow == key.flow,
            CycleRunRow.slot == key.slot,
            CycleRunRow.state == RunState.CLAIMED,
            CycleRunRow.lease_until > wall_time,
        )
        .values(lease_until=wall_time)
    )


def newest_claimed(session: Session, key: AccountKey, flow: str) -> datetime | None:
    """The newest slot that was claimed and did not end."""
    statement = select(CycleRunRow.slot).where(
        belongs_to(CycleRunRow, key),
        CycleRunRow.flow == flow,
        CycleRunRow.state == RunState.CLAIMED,
    )
    return session.scalar(statement.order_by(CycleRunRow.slot.desc()).limit(1))


def _end(session: Session, held: Claim, ending: dict[str, object]) -> None:
    ended = session.scalar(
        update(CycleRunRow)
        .where(
            CycleRunRow.id == held.run_id,
            CycleRunRow.attempt == held.attempt,
            CycleRunRow.state == RunState.CLAIMED,
        )
        .values(ending)
        .returning(CycleRunRow.id)
    )
    if ended is None:
        message = (
            f"{held.key.flow} of {held.key.slot.isoformat()}: {held.owner} no longer holds "
            f"claim {held.attempt}; its lease ended {held.lease_until.isoformat()}"
        )
        raise InvariantError(message)
