"""`heartbeats`: when each part of the desk last did its work."""

from datetime import datetime

from sqlalchemy import CheckConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class HeartbeatRow(Base):
    """The newest beat of one component; `beat_at` is market time, `recorded_at` wall time."""

    __tablename__ = "heartbeats"

    environment: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    component: Mapped[str] = mapped_column(primary_key=True)
    beat_at: Mapped[datetime]
    detail: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (CheckConstraint("component <> ''", name="has_component"),)
