"""`instruments`: the filters of each symbol, with the time each version was in force."""

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, Recorded


class InstrumentRow(Base, Identified, Recorded):
    """The fields of `trading.instruments.Instrument`; `valid_to` is empty for today's version."""

    __tablename__ = "instruments"

    environment: Mapped[str] = mapped_column(sort_order=-90)
    symbol: Mapped[str]
    base_coin: Mapped[str]
    tick_size: Mapped[Decimal]
    quantity_step: Mapped[Decimal]
    minimum_quantity: Mapped[Decimal]
    maximum_quantity: Mapped[Decimal]
    maximum_market_quantity: Mapped[Decimal]
    minimum_notional_usdt: Mapped[Decimal]
    maximum_leverage: Mapped[Decimal]
    funding_interval: Mapped[timedelta]
    is_trading: Mapped[bool]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("environment", "symbol", "valid_from"),
        CheckConstraint(
            "tick_size > 0 AND quantity_step > 0 AND minimum_quantity > 0"
            " AND minimum_notional_usdt > 0 AND maximum_leverage > 0",
            name="filters_positive",
        ),
        CheckConstraint("minimum_quantity <= maximum_quantity", name="quantities_in_order"),
        CheckConstraint("valid_to > valid_from", name="validity_in_order"),
        Index(
            "uq_instruments_current",
            "environment",
            "symbol",
            unique=True,
            postgresql_where="valid_to IS NULL",
        ),
    )
