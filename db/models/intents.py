"""`intents`: the outbox. An order is a row here before it is a request to the exchange."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, OfAccount, Recorded
from db.types import Measure
from trading.intent_states import IntentState
from trading.orders import OrderType, PositionIndex, Side, TimeInForce


class IntentRow(Base, Identified, OfAccount, Recorded):
    """An order-to-be and what is known about it. `decision_id` is empty for manual orders."""

    __tablename__ = "intents"

    decision_id: Mapped[UUID | None] = mapped_column(ForeignKey("decisions.id"))
    link_id: Mapped[str]
    symbol: Mapped[str]
    side: Mapped[Side]
    order_type: Mapped[OrderType]
    time_in_force: Mapped[TimeInForce]
    position_index: Mapped[PositionIndex]
    quantity: Mapped[Decimal]
    price: Mapped[Decimal | None]
    stop_loss: Mapped[Decimal | None]
    take_profit: Mapped[Decimal | None]
    reduce_only: Mapped[bool]
    notional_usdt: Mapped[Decimal] = mapped_column(Measure())
    risk_usdt: Mapped[Decimal] = mapped_column(Measure())
    leverage: Mapped[Decimal] = mapped_column(Measure())
    state: Mapped[IntentState]
    attempts: Mapped[int]
    order_id: Mapped[str]
    reserved_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    error_code: Mapped[int | None]
    error_message: Mapped[str]

    __table_args__ = (
        UniqueConstraint("link_id"),
        CheckConstraint("link_id ~ '^[A-Za-z0-9_-]{1,36}$'", name="link_id_is_allowed"),
        CheckConstraint("reduce_only OR stop_loss IS NOT NULL", name="opening_has_stop"),
        CheckConstraint(
            "NOT reduce_only OR (stop_loss IS NULL AND take_profit IS NULL)",
            name="reducing_has_no_stop",
        ),
        CheckConstraint(
            "take_profit IS NULL OR (stop_loss < take_profit) = (side = 'buy')",
            name="stop_and_target_sides",
        ),
        CheckConstraint("(order_type = 'limit') = (price IS NOT NULL)", name="limit_has_price"),
        CheckConstraint(
            "quantity > 0 AND price > 0 AND stop_loss > 0 AND take_profit > 0",
            name="numbers_positive",
        ),
        CheckConstraint(
            "risk_usdt >= 0 AND notional_usdt > 0 AND leverage >= 1", name="risk_is_stated"
        ),
        CheckConstraint("position_index IN (0, 1, 2)", name="position_index"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        CheckConstraint("(attempts = 0) = (sent_at IS NULL)", name="sent_has_time"),
        CheckConstraint(
            "state NOT IN ('sent', 'acknowledged', 'unknown') OR attempts > 0",
            name="sent_states_were_sent",
        ),
        CheckConstraint(
            "(state IN ('filled', 'refused', 'not_executed', 'cancelled'))"
            " = (resolved_at IS NOT NULL)",
            name="final_states_have_time",
        ),
        CheckConstraint("state <> 'refused' OR error_message <> ''", name="refused_has_message"),
        Index("ix_intents_decision_id", "decision_id"),
        Index("ix_intents_account_reserved_at", "environment", "account", "reserved_at"),
        Index(
            "ix_intents_unresolved",
            "environment",
            "account",
            postgresql_where="state IN ('reserved', 'sent', 'acknowledged', 'unknown')",
        ),
    )
