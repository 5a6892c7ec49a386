"""`trades`: round trips, from the first fill of an entry to the flat position."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, OfAccount, Recorded
from db.states import ExitReason, TradeStatus
from db.types import Measure
from trading.orders import PositionIndex
from trading.positions import Direction


class TradeRow(Base, Identified, OfAccount, Recorded):
    """One round trip; USDT. `pnl_usdt` is after fees and funding.

    `r_multiple` is the P&L in units of `risk_usdt`, what the stop was to cost. `naked_seconds` is
    how long the position was held without a stop, `naked_usdt_seconds` that time weighted with
    the notional that was unprotected. `trailing_distance` is set while a trailing stop stands.
    """

    __tablename__ = "trades"

    decision_id: Mapped[UUID | None] = mapped_column(ForeignKey("decisions.id"))
    entry_intent_id: Mapped[UUID | None] = mapped_column(ForeignKey("intents.id"))
    symbol: Mapped[str]
    direction: Mapped[Direction]
    position_index: Mapped[PositionIndex]
    status: Mapped[TradeStatus]
    quantity: Mapped[Decimal]
    entry_price: Mapped[Decimal] = mapped_column(Measure())
    exit_price: Mapped[Decimal | None] = mapped_column(Measure())
    stop_loss: Mapped[Decimal | None]
    take_profit: Mapped[Decimal | None]
    risk_usdt: Mapped[Decimal | None] = mapped_column(Measure())
    fees_usdt: Mapped[Decimal]
    funding_usdt: Mapped[Decimal]
    pnl_usdt: Mapped[Decimal | None]
    r_multiple: Mapped[Decimal | None] = mapped_column(Measure())
    naked_seconds: Mapped[int]
    naked_usdt_seconds: Mapped[Decimal] = mapped_column(Measure(), server_default="0")
    trailing_distance: Mapped[Decimal | None]
    last_sequence: Mapped[int] = mapped_column(BigInteger())
    exit_reason: Mapped[ExitReason | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("entry_intent_id"),
        CheckConstraint("quantity > 0 AND entry_price > 0", name="entry_positive"),
        CheckConstraint("exit_price > 0 AND stop_loss > 0", name="exit_positive"),
        CheckConstraint("take_profit > 0 AND risk_usdt > 0", name="plan_positive"),
        CheckConstraint("naked_seconds >= 0", name="naked_seconds_not_negative"),
        CheckConstraint("naked_usdt_seconds >= 0", name="naked_usdt_seconds_not_negative"),
        CheckConstraint("trailing_distance > 0", name="trailing_distance_positive"),
        CheckConstraint("closed_at >= opened_at", name="closed_after_opened"),
        CheckConstraint("position_index IN (0, 1, 2)", name="position_index"),
        CheckConstraint(
            "num_nonnulls(exit_price, pnl_usdt, exit_reason, closed_at)"
            " = CASE status WHEN 'closed' THEN 4 ELSE 0 END",
            name="closed_is_complete",
        ),
        Index(
            "uq_trades_one_open",
            "environment",
            "account",
            "symbol",
            "position_index",
            unique=True,
            postgresql_where="status = 'open'",
        ),
        Index("ix_trades_decision_id", "decision_id"),
        Index("ix_trades_opened_at", "environment", "account", "opened_at"),
    )
