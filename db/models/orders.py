"""`orders`: what the exchange says became of each order, ours or not."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, OfAccount, Recorded
from db.types import Measure
from trading.orders import OrderStatus, OrderType, PositionIndex, Side, StopKind


class OrderRow(Base, Identified, OfAccount, Recorded):
    """The fields of `trading.orders.Order`, newest report. Finished orders never reopen."""

    __tablename__ = "orders"

    order_id: Mapped[str]
    link_id: Mapped[str]
    symbol: Mapped[str]
    side: Mapped[Side]
    order_type: Mapped[OrderType]
    status: Mapped[OrderStatus]
    quantity: Mapped[Decimal]
    filled_quantity: Mapped[Decimal]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    price: Mapped[Decimal | None]
    average_price: Mapped[Decimal | None] = mapped_column(Measure())
    trigger_price: Mapped[Decimal | None]
    stop_loss: Mapped[Decimal | None]
    take_profit: Mapped[Decimal | None]
    stop_kind: Mapped[StopKind | None]
    parent_link_id: Mapped[str]
    reduce_only: Mapped[bool]
    position_index: Mapped[PositionIndex]
    reject_reason: Mapped[str]
    cancel_type: Mapped[str]

    __table_args__ = (
        UniqueConstraint("environment", "account", "order_id"),
        CheckConstraint("order_id <> ''", name="has_order_id"),
        CheckConstraint("quantity >= 0 AND filled_quantity >= 0", name="quantities_not_negative"),
        CheckConstraint(
            "price > 0 AND average_price > 0 AND trigger_price > 0"
            " AND stop_loss > 0 AND take_profit > 0",
            name="prices_positive",
        ),
        CheckConstraint("position_index IN (0, 1, 2)", name="position_index"),
        Index("ix_orders_link_id", "environment", "account", "link_id"),
        Index("ix_orders_created_at", "environment", "account", "created_at"),
        Index(
            "ix_orders_open",
            "environment",
            "account",
            postgresql_where="status NOT IN ('filled', 'cancelled', 'rejected', 'deactivated')",
        ),
    )
