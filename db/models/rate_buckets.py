"""`rate_buckets`: how many requests of a kind may still be sent, for all processes together."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import Measure


class RateBucketRow(Base):
    """One token bucket. Times are wall time: the exchange counts requests by its real clock.

    `tokens` may be negative: places in the queue that are already promised.
    """

    __tablename__ = "rate_buckets"

    bucket: Mapped[str] = mapped_column(primary_key=True)
    tokens: Mapped[Decimal] = mapped_column(Measure())
    capacity: Mapped[Decimal] = mapped_column(Measure())
    per_second: Mapped[Decimal] = mapped_column(Measure())
    refilled_at: Mapped[datetime]
    blocked_until: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("bucket <> ''", name="has_name"),
        CheckConstraint("capacity > 0 AND per_second > 0", name="rates_positive"),
        CheckConstraint("tokens <= capacity", name="tokens_fit"),
    )
