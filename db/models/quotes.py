"""`quotes`: the newest prices of each symbol, as the public stream pushed them."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class QuoteRow(Base):
    """One row per symbol. `quoted_at` is the exchange's time; an older push replaces nothing."""

    __tablename__ = "quotes"

    environment: Mapped[str] = mapped_column(primary_key=True)
    symbol: Mapped[str] = mapped_column(primary_key=True)
    last_price: Mapped[Decimal]
    mark_price: Mapped[Decimal]
    bid_price: Mapped[Decimal]
    ask_price: Mapped[Decimal]
    quoted_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint(
            "last_price > 0 AND mark_price > 0 AND bid_price > 0 AND ask_price > 0",
            name="prices_positive",
        ),
    )
