"""`brake_readings`: the first of the two agreeing readings that a brake needs to trip."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import Measure
from trading.brakes import BrakeKind


class BrakeReadingRow(Base):
    """One row per brake whose limit was crossed once; gone when a later reading disagrees."""

    __tablename__ = "brake_readings"

    environment: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[BrakeKind] = mapped_column(primary_key=True)
    read_at: Mapped[datetime]
    equity_usdt: Mapped[Decimal] = mapped_column(Measure())
