"""`discrepancies`: what reconciliation found to differ, and what was done about it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from db.base import Base, Identified, Json, OfAccount, Recorded
from db.states import Settlement
from trading.reconcile import DiscrepancyKind


class DiscrepancyRow(Base, Identified, OfAccount, Recorded):
    """One difference. `subject` names the thing that differs: a symbol, order or link id.

    `rule` names the rule that settled it or asked for a human. `escalated_at` is when a human was
    asked: money is ambiguous, or no rule settled it in time.
    """

    __tablename__ = "discrepancies"

    kind: Mapped[DiscrepancyKind]
    subject: Mapped[str]
    evidence: Mapped[Json]
    times_seen: Mapped[int]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolution: Mapped[str]
    rule: Mapped[str]
    settled_by: Mapped[Settlement | None]
    acknowledged_by: Mapped[str]
    escalated_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("subject <> ''", name="has_subject"),
        CheckConstraint("times_seen >= 1", name="was_seen"),
        CheckConstraint("last_seen_at >= first_seen_at", name="seen_in_order"),
        CheckConstraint(
            "(resolved_at IS NOT NULL) = (resolution <> '')", name="resolved_has_resolution"
        ),
        CheckConstraint(
            "(resolved_at IS NOT NULL) = (settled_by IS NOT NULL)", name="resolved_by_somebody"
        ),
        CheckConstraint(
            "(settled_by = 'human') IS NOT TRUE OR acknowledged_by <> ''", name="human_has_name"
        ),
        Index(
            "uq_discrepancies_one_open",
            "environment",
            "account",
            "kind",
            "subject",
            unique=True,
            postgresql_where="resolved_at IS NULL",
        ),
        Index("ix_discrepancies_first_seen_at", "environment", "account", "first_seen_at"),
    )
