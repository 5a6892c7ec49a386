"""What was decided and why."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import DecisionRow
from db.repositories.rows import belongs_to, value_of
from trading.analysis import Action
from trading.reasons import Outcome, Reason


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How often decisions ended this way; outcome and reason are None while orders are out."""

    outcome: Outcome | None
    reason: Reason | None
    count: int


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One decision in a table; its confidence is a fraction."""

    id: UUID
    slot: datetime
    symbol: str
    arm: str
    outcome: Outcome | None
    reason: Reason | None
    detail: str
    action: Action | None
    confidence: Decimal | None
    decided_at: datetime


def decisions_by_reason(
    session: Session, key: AccountKey, *, since: datetime | None = None
) -> list[ReasonCount]:
    """Counts per outcome and reason of slots from `since`, the most frequent first."""
    count = func.count().label("count")
    statement = (
        select(DecisionRow.outcome, DecisionRow.reason, count)
        .where(belongs_to(DecisionRow, key))
        .group_by(DecisionRow.outcome, DecisionRow.reason)
        .order_by(count.desc(), DecisionRow.reason)
    )
    if since is not None:
        statement = statement.where(DecisionRow.slot >= since)
    return [ReasonCount(*row) for row in session.execute(statement)]


def recent_decisions(session: Session, key: AccountKey, *, limit: int = 50) -> list[DecisionLine]:
    """The newest decisions, newest first."""
    statement = (
        select(DecisionRow)
        .where(belongs_to(DecisionRow, key))
        .order_by(DecisionRow.slot.desc(), DecisionRow.symbol, DecisionRow.arm)
        .limit(limit)
    )
    return [value_of(DecisionLine, row) for row in session.scalars(statement)]


def decisions_of_run(session: Session, cycle_run_id: UUID) -> list[DecisionLine]:
    """The decisions of one run, by symbol."""
    statement = (
        select(DecisionRow)
        .where(DecisionRow.cycle_run_id == cycle_run_id)
        .order_by(DecisionRow.symbol, DecisionRow.arm)
    )
    return [value_of(DecisionLine, row) for row in session.scalars(statement)]
