"""`funding_rates`: settled funding."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class FundingRateRow(Base):
    """The fields of `trading.market.FundingRate`; the rate is a fraction of the notional."""

    __tablename__ = "funding_rates"

    environment: Mapped[str] = mapped_column(primary_key=True)
    symbol: Mapped[str] = mapped_column(primary_key=True)
    settled_at: Mapped[datetime] = mapped_column(primary_key=True)
    rate: Mapped[Decimal]
