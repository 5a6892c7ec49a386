"""`decisions`: how each (slot, symbol, arm) ended and what is needed to replay it."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, Json, OfAccount, Recorded
from db.types import Measure
from trading.analysis import Action
from trading.reasons import Outcome, Reason


class DecisionRow(Base, Identified, OfAccount, Recorded):
    """One decision. A trigger refuses every change but the single filling of the outcome.

    A decision that sends an order is written with its intent, before the wire, and has no
    outcome yet; the outcome is filled once, when the exchange's answer is known.
    """

    __tablename__ = "decisions"

    cycle_run_id: Mapped[UUID] = mapped_column(ForeignKey("cycle_runs.id"))
    slot: Mapped[datetime]
    symbol: Mapped[str]
    arm: Mapped[str]
    outcome: Mapped[Outcome | None]
    reason: Mapped[Reason | None]
    detail: Mapped[str]
    analyst: Mapped[str]
    action: Mapped[Action | None]
    confidence: Mapped[Decimal | None] = mapped_column(Measure())
    analyst_confidence: Mapped[Decimal | None] = mapped_column(Measure())
    snapshot: Mapped[Json | None]
    snapshot_hash: Mapped[str | None]
    chart_sha256: Mapped[str | None] = mapped_column(ForeignKey("charts.sha256"))
    analysis: Mapped[Json | None]
    verdict: Mapped[Json | None]
    saving: Mapped[str] = mapped_column(server_default="")
    config_hash: Mapped[str]
    code_version: Mapped[str]
    decided_at: Mapped[datetime]
    concluded_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("cycle_run_id", "symbol", "arm"),
        CheckConstraint(
            "(outcome IS NULL) = (reason IS NULL) AND (outcome IS NULL) = (concluded_at IS NULL)",
            name="outcome_has_reason",
        ),
        CheckConstraint("symbol <> '' AND arm <> ''", name="names_symbol_and_arm"),
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence_is_fraction"),
        CheckConstraint(
            "analyst_confidence BETWEEN 0 AND 1", name="analyst_confidence_is_fraction"
        ),
        CheckConstraint("(snapshot IS NULL) = (snapshot_hash IS NULL)", name="snapshot_has_hash"),
        CheckConstraint("concluded_at >= decided_at", name="concluded_after_decided"),
        Index(None, "environment", "account", "slot"),
        Index(None, "environment", "account", "reason"),
        # Whichever arm it has: two of them would send one order twice.
        Index(
            "uq_decisions_one_undecided",
            "cycle_run_id",
            "symbol",
            unique=True,
            postgresql_where="outcome IS NULL",
        ),
        Index(
            "ix_decisions_pending",
            "environment",
            "account",
            postgresql_where="outcome IS NULL",
        ),
    )
