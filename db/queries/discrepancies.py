"""Differences between the database and the exchange."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.base import Json
from db.keys import AccountKey
from db.models import DiscrepancyRow
from db.repositories.rows import belongs_to, value_of
from db.states import Settlement
from trading.reconcile import DiscrepancyKind


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One difference; `resolution` says what was done, empty while it is open.

    `rule` names the rule that settled it or asked for a human, `settled_by` who settled it.
    """

    id: UUID
    kind: DiscrepancyKind
    subject: str
    evidence: Json
    times_seen: int
    first_seen_at: datetime
    last_seen_at: datetime
    resolved_at: datetime | None
    resolution: str
    rule: str
    settled_by: Settlement | None
    acknowledged_by: str
    escalated_at: datetime | None


def open_discrepancies(session: Session, key: AccountKey) -> list[Discrepancy]:
    """Differences nobody has resolved, oldest first."""
    statement = select(DiscrepancyRow).where(
        belongs_to(DiscrepancyRow, key), DiscrepancyRow.resolved_at.is_(None)
    )
    ordered = statement.order_by(DiscrepancyRow.first_seen_at, DiscrepancyRow.id)
    return [value_of(Discrepancy, row) for row in session.scalars(ordered)]


def recent_discrepancies(
    session: Session, key: AccountKey, *, limit: int = 100
) -> list[Discrepancy]:
    """Open and resolved differences, newest first."""
    statement = select(DiscrepancyRow).where(belongs_to(DiscrepancyRow, key))
    newest = statement.order_by(DiscrepancyRow.first_seen_at.desc(), DiscrepancyRow.id.desc())
    return [value_of(Discrepancy, row) for row in session.scalars(newest.limit(limit))]
