"""`breakers`: whether requests of a kind are sent to a host at all, for all processes together."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from trading.traffic import BreakerState


class BreakerRow(Base):
    """One breaker; wall time. `probe_until` is when the one probe is taken for lost."""

    __tablename__ = "breakers"

    host: Mapped[str] = mapped_column(primary_key=True)
    operation: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[BreakerState]
    failures: Mapped[int]
    open_until: Mapped[datetime | None]
    probe_until: Mapped[datetime | None]
    reason: Mapped[str]
    changed_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("host <> '' AND operation <> ''", name="has_name"),
        CheckConstraint("failures >= 0", name="failures_not_negative"),
        CheckConstraint("state <> 'open' OR open_until IS NOT NULL", name="open_has_end"),
        CheckConstraint("state <> 'half_open' OR probe_until IS NOT NULL", name="probe_has_end"),
    )
