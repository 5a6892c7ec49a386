"""`candles`: closed candles, kept as first seen."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from trading.candles import Interval


class CandleRow(Base):
    """The fields of `trading.candles.Candle`; prices in USDT, volume in the base coin.

    Mark prices are rows whose symbol ends in `:MARK` (`db.series_keys`); their volume is 0.
    """

    __tablename__ = "candles"

    environment: Mapped[str] = mapped_column(primary_key=True)
    symbol: Mapped[str] = mapped_column(primary_key=True)
    interval: Mapped[Interval] = mapped_column(primary_key=True)
    opened_at: Mapped[datetime] = mapped_column(primary_key=True)
    open: Mapped[Decimal]
    high: Mapped[Decimal]
    low: Mapped[Decimal]
    close: Mapped[Decimal]
    volume: Mapped[Decimal]

    __table_args__ = (
        CheckConstraint(
            "0 < low AND low <= LEAST(open, close) AND GREATEST(open, close) <= high",
            name="prices_possible",
        ),
        CheckConstraint("volume >= 0", name="volume_not_negative"),
    )
