"""Differences between the database and the exchange, one open row per thing that differs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.base import Json
from db.keys import AccountKey
from db.models import DiscrepancyRow
from db.repositories.rows import account_columns, belongs_to, value_of
from db.states import Settlement
from trading.checks import require
from trading.reconcile import DiscrepancyKind
from trading.settlement import rule_name


@dataclass(frozen=True, slots=True)
class Known:
    """A difference as it is stored; `escalated_at` is when a human was asked."""

    id: UUID
    kind: DiscrepancyKind
    subject: str
    evidence: Json
    times_seen: int
    first_seen_at: datetime
    escalated_at: datetime | None
    resolution: str
    acknowledged_by: str


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
                # Another process, whose clock is a moment ahead of ours, may have seen it first.
                "last_seen_at": func.greatest(DiscrepancyRow.last_seen_at, now),
            },
        )
        .returning(DiscrepancyRow.id)
    )
    return session.scalars(statement).one()


def open_ones(session: Session, key: AccountKey) -> list[Known]:
    """Every difference that is not resolved, oldest first."""
    statement = (
        select(DiscrepancyRow)
        .where(belongs_to(DiscrepancyRow, key), DiscrepancyRow.resolved_at.is_(None))
        .order_by(DiscrepancyRow.first_seen_at, DiscrepancyRow.id)
    )
    return [value_of(Known, row) for row in session.scalars(statement)]


def acknowledged(session: Session, key: AccountKey, subjects: Collection[str]) -> list[Known]:
    """Those of `subjects` that a human has settled, the newest last."""
    statement = (
        select(DiscrepancyRow)
        .where(
            belongs_to(DiscrepancyRow, key),
            DiscrepancyRow.subject.in_(subjects),
            DiscrepancyRow.settled_by == Settlement.HUMAN,
        )
        .order_by(DiscrepancyRow.resolved_at, DiscrepancyRow.id)
    )
    return [value_of(Known, row) for row in session.scalars(statement)]


def reported(
    session: Session, key: AccountKey, subjects: Collection[str]
) -> frozenset[tuple[DiscrepancyKind, str]]:
    """Kind and subject of those of `subjects` that have a row, open or resolved."""
    statement = select(DiscrepancyRow.kind, DiscrepancyRow.subject).where(
        belongs_to(DiscrepancyRow, key), DiscrepancyRow.subject.in_(subjects)
    )
    return frozenset((kind, subject) for kind, subject in session.execute(statement))


def newest_evidence(
    session: Session, key: AccountKey, kind: DiscrepancyKind, subject: str, *, since: datetime
) -> Json | None:
    """What was seen last of a kind and subject from `since` on; None if nothing was."""
    statement = (
        select(DiscrepancyRow.evidence)
        .where(
            belongs_to(DiscrepancyRow, key),
            DiscrepancyRow.kind == kind,
            DiscrepancyRow.subject == subject,
            DiscrepancyRow.first_seen_at >= since,
        )
        .order_by(DiscrepancyRow.first_seen_at.desc(), DiscrepancyRow.id.desc())
    )
    return session.scalars(statement.limit(1)).one_or_none()


def resolve(  # noqa: PLR0913 -- which one, by what rule, with what result, all by name
    session: Session,
    key: AccountKey,
    *,
    kind: DiscrepancyKind,
    subject: str,
    resolution: str,
    now: datetime,
    rule: str = "",
) -> bool:
    """Close the open discrepancy, by the rule of its kind or `rule`. False if none was open."""
    statement = (
        update(DiscrepancyRow)
        .where(
            belongs_to(DiscrepancyRow, key),
            DiscrepancyRow.kind == kind,
            DiscrepancyRow.subject == subject,
            DiscrepancyRow.resolved_at.is_(None),
        )
        .values(
            resolved_at=now,
            resolution=resolution,
            rule=rule or rule_name(kind),
            settled_by=Settlement.RULE,
        )
        .returning(DiscrepancyRow.id)
    )
    return session.scalar(statement) is not None


def escalate(session: Session, known: Known, *, now: datetime) -> bool:
    """A human is asked. False if one was asked before, or the discrepancy is resolved."""
    statement = (
        update(DiscrepancyRow)
        .where(
            DiscrepancyRow.id == known.id,
            DiscrepancyRow.escalated_at.is_(None),
            DiscrepancyRow.resolved_at.is_(None),
        )
        .values(escalated_at=now, rule=rule_name(known.kind))
        .returning(DiscrepancyRow.id)
    )
    return session.scalar(statement) is not None


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Who takes responsibility for a difference, and why it is fine."""

    by: str
    note: str

    def __post_init__(self) -> None:
        for name, text in (("name", self.by), ("note", self.note)):
            require(text.strip() != "", f"an acknowledgement needs a {name}; it is empty")


def acknowledge(
    session: Session,
    key: AccountKey,
    discrepancy_id: UUID,
    said: Acknowledgement,
    *,
    now: datetime,
) -> Known | None:
    """The difference a human has settled; None if the account has no such open one."""
    statement = (
        update(DiscrepancyRow)
        .where(
            belongs_to(DiscrepancyRow, key),
            DiscrepancyRow.id == discrepancy_id,
            DiscrepancyRow.resolved_at.is_(None),
        )
        .values(
            resolved_at=now,
            resolution=said.note.strip(),
            settled_by=Settlement.HUMAN,
            acknowledged_by=said.by.strip(),
        )
        .returning(DiscrepancyRow)
    )
    row = session.scalars(statement).one_or_none()
    return None if row is None else value_of(Known, row)
