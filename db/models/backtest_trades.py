"""`backtest_trades`: the round trips of a backtest, in the order of their entries."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.states import BacktestExit
from db.types import Measure
from trading.positions import Direction


class BacktestTradeRow(Base):
    """One round trip; USDT, rounded to the exchange's digits. `number` counts from 0.

    `risk_usdt` is what the stop would have cost and `r_multiple` the result in units of it, both
    None without a stop. `adverse` and `favourable` are the furthest the price went against and
    for the trade, as fractions of the entry price.
    """

    __tablename__ = "backtest_trades"

    backtest_id: Mapped[UUID] = mapped_column(
        ForeignKey("backtests.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    symbol: Mapped[str]
    direction: Mapped[Direction]
    entered_at: Mapped[datetime]
    left_at: Mapped[datetime]
    quantity: Mapped[Decimal]
    entry_price: Mapped[Decimal]
    exit_price: Mapped[Decimal]
    gross_usdt: Mapped[Decimal]
    fees_usdt: Mapped[Decimal]
    funding_usdt: Mapped[Decimal]
    net_usdt: Mapped[Decimal]
    risk_usdt: Mapped[Decimal | None]
    r_multiple: Mapped[Decimal | None] = mapped_column(Measure())
    adverse_fraction: Mapped[Decimal] = mapped_column(Measure())
    favourable_fraction: Mapped[Decimal] = mapped_column(Measure())
    reason: Mapped[BacktestExit]
    is_ambiguous: Mapped[bool]

    __table_args__ = (
        CheckConstraint("number >= 0", name="number_from_zero"),
        CheckConstraint(
            "quantity > 0 AND entry_price > 0 AND exit_price > 0", name="fills_positive"
        ),
        CheckConstraint("entered_at <= left_at", name="left_after_entered"),
        CheckConstraint("net_usdt = gross_usdt - fees_usdt + funding_usdt", name="net_adds_up"),
        CheckConstraint("risk_usdt > 0", name="risk_positive"),
        CheckConstraint("num_nonnulls(risk_usdt, r_multiple) <> 1", name="r_needs_risk"),
        CheckConstraint(
            "adverse_fraction >= 0 AND favourable_fraction >= 0", name="excursions_not_negative"
        ),
    )
