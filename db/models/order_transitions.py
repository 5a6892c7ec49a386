"""`order_transitions`: every state the exchange reported an order in, one row per change."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, OfAccount, Recorded
from db.types import words
from trading.orders import OrderStatus


class OrderTransitionRow(Base, Identified, OfAccount, Recorded):
    """One change of status or of the filled quantity. A trigger refuses changes."""

    __tablename__ = "order_transitions"

    order_id: Mapped[str]
    from_status: Mapped[OrderStatus | None] = mapped_column(
        words(OrderStatus, check="from_status")
    )
    to_status: Mapped[OrderStatus] = mapped_column(words(OrderStatus, check="to_status"))
    filled_quantity: Mapped[Decimal]
    changed_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("order_id <> ''", name="has_order_id"),
        CheckConstraint("filled_quantity >= 0", name="filled_not_negative"),
        CheckConstraint(
            "from_status IS NULL OR from_status = to_status OR from_status NOT IN"
            " ('filled', 'cancelled', 'rejected', 'deactivated')",
            name="final_states_are_never_left",
        ),
        Index("ix_order_transitions_order_id", "environment", "account", "order_id"),
    )
