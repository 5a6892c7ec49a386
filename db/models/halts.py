"""`halts`: every time a brake was pulled, and who let go of it with which reason."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, OfAccount, Recorded
from db.types import Measure
from trading.brakes import BrakeKind, TripPolicy


class HaltRow(Base, Identified, OfAccount, Recorded):
    """One pulled brake; open until `resumed_at`. `equity_usdt` is what was seen when it tripped.

    `settled_at` is when its policy had been carried out: entries cancelled, positions as wished.
    """

    __tablename__ = "halts"

    kind: Mapped[BrakeKind]
    policy: Mapped[TripPolicy]
    reason: Mapped[str]
    pulled_by: Mapped[str]
    pulled_at: Mapped[datetime]
    equity_usdt: Mapped[Decimal | None] = mapped_column(Measure())
    settled_at: Mapped[datetime | None]
    resumed_at: Mapped[datetime | None]
    resumed_by: Mapped[str]
    resume_reason: Mapped[str]

    __table_args__ = (
        CheckConstraint("reason <> '' AND pulled_by <> ''", name="has_author"),
        CheckConstraint(
            "(resumed_at IS NOT NULL) = (resumed_by <> '' AND resume_reason <> '')",
            name="resumed_by_somebody_for_a_reason",
        ),
        Index(
            "uq_halts_one_open",
            "environment",
            "account",
            "kind",
            unique=True,
            postgresql_where="resumed_at IS NULL",
        ),
        Index("ix_halts_pulled_at", "environment", "account", "pulled_at"),
    )
