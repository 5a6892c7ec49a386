"""Runs of flows, and signs of life."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import CycleRunRow, HeartbeatRow
from db.repositories.rows import belongs_to, value_of
from db.states import RunState
from trading.reasons import SkipReason


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run in a table."""

    id: UUID
    flow: str
    slot: datetime
    state: RunState
    skip_reason: SkipReason | None
    detail: str
    attempt: int
    lease_owner: str
    claimed_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The newest beat of a component: market time, and wall time by the database's clock."""

    component: str
    beat_at: datetime
    recorded_at: datetime
    detail: str


def recent_runs(
    session: Session, key: AccountKey, *, flow: str | None = None, limit: int = 50
) -> list[RunLine]:
    """The newest runs, newest slot first; with `flow`, only its runs."""
    statement = select(CycleRunRow).where(belongs_to(CycleRunRow, key))
    if flow is not None:
        statement = statement.where(CycleRunRow.flow == flow)
    newest = statement.order_by(CycleRunRow.slot.desc(), CycleRunRow.flow).limit(limit)
    return [value_of(RunLine, row) for row in session.scalars(newest)]


def runs_by_state(session: Session, key: AccountKey, *, flow: str) -> dict[RunState, int]:
    """How many runs of a flow are in each state that occurs."""
    statement = (
        select(CycleRunRow.state, func.count().label("count_"))
        .where(belongs_to(CycleRunRow, key), CycleRunRow.flow == flow)
        .group_by(CycleRunRow.state)
    )
    return {row.state: row.count_ for row in session.execute(statement)}


def skips_by_reason(
    session: Session, key: AccountKey, *, flow: str, since: datetime | None = None
) -> dict[SkipReason, int]:
    """How many runs of a flow did nothing, by the reason that occurs; slots from `since` on."""
    statement = (
        select(CycleRunRow.skip_reason, func.count().label("count_"))
        .where(
            belongs_to(CycleRunRow, key),
            CycleRunRow.flow == flow,
            CycleRunRow.skip_reason.is_not(None),
        )
        .group_by(CycleRunRow.skip_reason)
    )
    if since is not None:
        statement = statement.where(CycleRunRow.slot >= since)
    return {row.skip_reason: row.count_ for row in session.execute(statement)}


def heartbeats(session: Session, key: AccountKey) -> list[Heartbeat]:
    """The newest beat of every component, by name."""
    statement = (
        select(HeartbeatRow)
        .where(HeartbeatRow.environment == key.environment, HeartbeatRow.account == key.account)
        .order_by(HeartbeatRow.component)
    )
    return [value_of(Heartbeat, row) for row in session.scalars(statement)]
