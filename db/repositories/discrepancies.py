"""Differences between the database and the exchange, one open row per thing that differs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.base import Json
from db.keys import AccountKey
from db.models import DiscrepancyRow
from db.repositories.rows import account_columns, belongs_to
from db.states import Settlement
from trading.reconcile import DiscrepancyKind


def open_or_update(
    session: Session,
    key: AccountKey,
    *,
    kind: DiscrepancyKind,
    subject: str,
    evidence: Json,
    now: datetime,
) -> UUID:
    """The open discrepancy of this kind and subject: a new one, or the known one seen again."""
    statement = (
        insert(DiscrepancyRow)
        .values(
            **account_columns(key),
            kind=kind,
            subject=subject,
            evidence=evidence,
            times_seen=1,
            first_seen_at=now,
            last_seen_at=now,
            resolution="",
            rule="",
            acknowledged_by="",
        )
        .on_conflict_do_update(
            index_elements=["environment", "account", "kind", "subject"],
            index_where=DiscrepancyRow.resolved_at.is_(None),
            set_={
                "evidence": evidence,
                "times_seen": DiscrepancyRow.times_seen + 1,
                "last_seen_at": now,
            },
        )
        .returning(DiscrepancyRow.id)
    )
    return session.scalars(statement).one()


def open_ones(session: Session, key: AccountKey) -> list[tuple[DiscrepancyKind, str]]:
    """Kind and subject of every difference that is not resolved, oldest first."""
    statement = (
        select(DiscrepancyRow.kind, DiscrepancyRow.subject)
        .where(belongs_to(DiscrepancyRow, key), DiscrepancyRow.resolved_at.is_(None))
        .order_by(DiscrepancyRow.first_seen_at, DiscrepancyRow.id)
    )
    return [(kind, subject) for kind, subject in session.execute(statement)]


def resolve(
    session: Session,
    key: AccountKey,
    *,
    kind: DiscrepancyKind,
    subject: str,
    resolution: str,
    now: datetime,
) -> bool:
    """Close the open discrepancy, saying what was done. False if none was open."""
    statement = (
        update(DiscrepancyRow)
        .where(
            belongs_to(DiscrepancyRow, key),
            DiscrepancyRow.kind == kind,
            DiscrepancyRow.subject == subject,
            DiscrepancyRow.resolved_at.is_(None),
        )
        .values(resolved_at=now, resolution=resolution, settled_by=Settlement.RULE)
        .returning(DiscrepancyRow.id)
    )
    return session.scalar(statement) is not None
