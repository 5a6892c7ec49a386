"""The history of an intent and of an order, step by step."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import IntentTransitionRow, OrderTransitionRow
from db.repositories.rows import belongs_to, value_of
from trading.intent_states import IntentState
from trading.orders import OrderStatus


@dataclass(frozen=True, slots=True)
class IntentTransition:
    """One step of an intent; `from_state` is None for the first. `detail` is why, in words."""

    from_state: IntentState | None
    to_state: IntentState
    changed_at: datetime
    error_code: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class OrderTransition:
    """One change of an order's status or filled quantity; `from_status` is None for the first."""

    from_status: OrderStatus | None
    to_status: OrderStatus
    filled_quantity: Decimal
    changed_at: datetime


def of_intent(session: Session, intent_id: UUID) -> list[IntentTransition]:
    """Every step of an intent, oldest first."""
    statement = select(IntentTransitionRow).where(IntentTransitionRow.intent_id == intent_id)
    ordered = statement.order_by(IntentTransitionRow.recorded_at, IntentTransitionRow.id)
    return [value_of(IntentTransition, row) for row in session.scalars(ordered)]


def of_order(session: Session, key: AccountKey, order_id: str) -> list[OrderTransition]:
    """Every change of an order, in the order we learned of them."""
    statement = select(OrderTransitionRow).where(
        belongs_to(OrderTransitionRow, key), OrderTransitionRow.order_id == order_id
    )
    ordered = statement.order_by(OrderTransitionRow.recorded_at, OrderTransitionRow.id)
    return [value_of(OrderTransition, row) for row in session.scalars(ordered)]
