"""How an order ended: from the exchange's order to the intent and the decision behind it."""

from db.repositories import decisions, intents
from db.repositories.intents import Intent, IntentEndedError, Resolution
from db.unit_of_work import unit_of_work
from tasks.resources import Resources
from tasks.telling import tell_entry
from trading.intent_states import IntentState
from trading.orders import Order, OrderStatus
from trading.reasons import Outcome, Reason

CONCLUSIONS = {
    IntentState.FILLED: (Outcome.TRADED, Reason.ORDER_FILLED),
    IntentState.REFUSED: (Outcome.REFUSED, Reason.ORDER_REFUSED),
    IntentState.CANCELLED: (Outcome.FAILED, Reason.ORDER_NOT_FILLED),
    IntentState.NOT_EXECUTED: (Outcome.FAILED, Reason.ORDER_NOT_EXECUTED),
}
"""What a decision is told when its order ended."""


def conclude_order(resources: Resources, intent: Intent, order: Order) -> Intent:
    """The intent with the end that `order` tells, or acknowledged while it can still fill."""
    resolution = resolution_of(order)
    if resolution is not None:
        return end_intent(resources, intent, resolution)
    try:
        with unit_of_work(resources.sessions) as session:
            return intents.mark_acknowledged(
                session, intent.id, order_id=order.order_id, now=resources.now()
            )
    except IntentEndedError as error:
        return error.intent


def resolution_of(order: Order) -> Resolution | None:
    """How an order ended, None while it can still fill. Any fill counts as filled."""
    if order.status.is_open:
        return None
    if order.filled_quantity > 0:
        return Resolution(IntentState.FILLED, order.order_id)
    if order.status is OrderStatus.REJECTED:
        why = order.reject_reason or "rejected"
        return Resolution(IntentState.REFUSED, order.order_id, error_message=why)
    return Resolution(IntentState.CANCELLED, order.order_id, error_message=order.reject_reason)


def end_intent(resources: Resources, intent: Intent, resolution: Resolution) -> Intent:
    """Store how an intent ended and conclude its decision, in one transaction.

    An intent that somebody else ended meanwhile stays as it ended.
    """
    now = resources.now()
    try:
        with unit_of_work(resources.sessions) as session:
            ended = intents.resolve(session, intent.id, resolution, now=now)
            tell_entry(session, resources.asking.recipient, ended, now=now)
            if ended.decision_id is not None:
                outcome, reason = CONCLUSIONS[ended.state]
                decisions.conclude(
                    session,
                    ended.decision_id,
                    outcome=outcome,
                    reason=reason,
                    now=now,
                    detail=ended.error_message,
                )
    except IntentEndedError as error:
        return error.intent
    return ended
