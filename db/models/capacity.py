"""`capacity`: one row per account, locked by whoever reserves room for a trade."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class CapacityRow(Base):
    """The lock. `mirrored_at` is the market time at which `positions` was last read."""

    __tablename__ = "capacity"

    environment: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    mirrored_at: Mapped[datetime | None]
