"""`risk_state`: whether entries are halted, by whom and why, and the highest equity so far."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import Measure


class RiskStateRow(Base):
    """One row per account. `high_water_mark_at` is when the highest equity was read."""

    __tablename__ = "risk_state"

    environment: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    is_halted: Mapped[bool]
    halt_reason: Mapped[str]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime | None]
    high_water_mark_usdt: Mapped[Decimal | None] = mapped_column(Measure())
    high_water_mark_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("is_halted = (halt_reason <> '')", name="halt_has_reason"),
        CheckConstraint(
            "NOT is_halted OR (changed_by <> '' AND changed_at IS NOT NULL)",
            name="halt_has_author",
        ),
    )
