"""Orders that exist although their intents ended as never executed, refused or cancelled."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import DiscrepancyRow, IntentRow, OrderRow
from db.repositories.rows import belongs_to, value_of
from trading.intent_states import IntentState
from trading.orders import Order, OrderStatus
from trading.reconcile import DiscrepancyKind

KIND = DiscrepancyKind.ORDER_MISMATCH
"""How such an order is reported: intent and order disagree on what happened."""

_GIVEN_UP = (IntentState.NOT_EXECUTED, IntentState.REFUSED)
_ENDED = tuple(status for status in OrderStatus if not status.is_open)


@dataclass(frozen=True, slots=True)
class LateOrder:
    """An order, and the intent that had ended before it was seen."""

    intent_id: UUID
    intent_state: IntentState
    order: Order


def unreported(session: Session, key: AccountKey) -> list[LateOrder]:
    """Late orders that may hold or get a position and that nobody has reported yet."""
    is_reported = (
        select(DiscrepancyRow.id)
        .where(
            belongs_to(DiscrepancyRow, key),
            DiscrepancyRow.kind == KIND,
            DiscrepancyRow.subject == IntentRow.link_id,
        )
        .exists()
    )
    contradicts = or_(
        and_(IntentRow.state.in_(_GIVEN_UP), OrderRow.status.not_in(_ENDED)),
        and_(
            IntentRow.state.in_((*_GIVEN_UP, IntentState.CANCELLED)),
            OrderRow.filled_quantity > Decimal(0),
        ),
    )
    statement = (
        select(IntentRow, OrderRow)
        .join(OrderRow, and_(belongs_to(OrderRow, key), OrderRow.link_id == IntentRow.link_id))
        .where(belongs_to(IntentRow, key), contradicts, ~is_reported)
        .order_by(OrderRow.created_at, OrderRow.order_id)
    )
    return [
        LateOrder(intent.id, intent.state, value_of(Order, order))
        for intent, order in session.execute(statement)
    ]
