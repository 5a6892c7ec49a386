"""Send an order exactly once and learn what became of it."""

from datetime import timedelta

import stamina

from db.repositories import decisions, intents
from db.repositories.intents import Intent, Resolution
from db.states import IntentState
from db.unit_of_work import unit_of_work
from tasks.policies import AT_MOST_ONCE, SAFE_TO_RETRY
from tasks.resources import Resources
from tasks.steps import step
from trading.checks import require
from trading.errors import (
    AutotraderError,
    ExchangeDuplicateError,
    ExchangeError,
    ExchangeOutcomeUnknownError,
    ExchangeRefusedError,
    ExchangeRetryableError,
)
from trading.orders import Acknowledgement, Order, OrderStatus
from trading.reasons import Outcome, Reason
from trading.risk import Approved


class _UnsettledError(AutotraderError):
    """The order exists but has not ended, or is nowhere yet: look again."""


@step(
    name="place-order",
    task_run_name="place {approved.order.symbol} {approved.order.side}",
    tags=["act"],
    **AT_MOST_ONCE,
)
def place_order(resources: Resources, intent: Intent, approved: Approved) -> Intent:
    """Send the committed intent, and record what is known afterwards.

    An intent that was sent before, by this run or one that died, is not sent again. A time-out or
    a dropped answer leaves it UNKNOWN, never failed: `resolve_order` looks it up.
    """
    if intent.state is not IntentState.RESERVED:
        return intent
    require(
        approved.order == intent.order,
        f"intent {intent.order.link_id} was committed as {intent.order} and is to be sent as "
        f"{approved.order}; nothing is sent",
    )
    if approved.leverage is not None:
        try:
            resources.gateway.set_leverage(approved.order.symbol, approved.leverage)
        except ExchangeError as error:
            # Nothing was sent, so whatever the answer was, the order does not exist.
            return end_intent(resources, intent, _not_executed(error))
    return _send(resources, intent, approved)


@step(
    name="resolve-order",
    task_run_name="resolve {intent.order.symbol}",
    tags=["read"],
    **SAFE_TO_RETRY,
)
def resolve_order(resources: Resources, intent: Intent) -> Intent:
    """The intent with its end: filled, refused, cancelled, or not executed.

    Looks the link id up until the order has ended or, if it is nowhere, until the exchange would
    refuse the request as too old. What is still open then stays open; the next sync looks again.
    """
    if intent.state.is_final:
        return intent
    try:
        order = _until_settled(resources.desk.settle_time)(_ended_order, resources, intent)
    except _UnsettledError:
        return settle(resources, intent)
    return conclude_order(resources, intent, order)


@step(
    name="execute-entry",
    task_run_name="execute {approved.order.symbol}",
    tags=["act"],
    **AT_MOST_ONCE,
)
def execute_entry(resources: Resources, intent: Intent, approved: Approved) -> Intent:
    """Place a committed order and resolve it; each step with its own policy."""
    return resolve_order(resources, place_order(resources, intent, approved))


def settle(resources: Resources, intent: Intent) -> Intent:
    """The intent after one more look, taken when a request can no longer be on its way.

    An order that is nowhere was not executed, unless the exchange had acknowledged it: then its
    records are late, and the intent stays as it is.
    """
    order = resources.gateway.order_by_link_id(intent.order.symbol, intent.order.link_id)
    if order is not None:
        return conclude_order(resources, intent, order)
    if intent.state is IntentState.ACKNOWLEDGED:
        return intent
    nowhere = "not found by link id after the request had expired"
    return end_intent(
        resources, intent, Resolution(IntentState.NOT_EXECUTED, error_message=nowhere)
    )


def conclude_order(resources: Resources, intent: Intent, order: Order) -> Intent:
    """The intent with the end that `order` tells, or as it is while the order can still fill."""
    resolution = resolution_of(order)
    return intent if resolution is None else end_intent(resources, intent, resolution)


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
    """Store how an intent ended and conclude its decision, in one transaction."""
    now = resources.now()
    with unit_of_work(resources.sessions) as session:
        ended = intents.resolve(session, intent.id, resolution, now=now)
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
    return ended


CONCLUSIONS = {
    IntentState.FILLED: (Outcome.TRADED, Reason.ORDER_FILLED),
    IntentState.REFUSED: (Outcome.REFUSED, Reason.ORDER_REFUSED),
    IntentState.CANCELLED: (Outcome.FAILED, Reason.ORDER_NOT_FILLED),
    IntentState.NOT_EXECUTED: (Outcome.FAILED, Reason.ORDER_NOT_EXECUTED),
}
"""What a decision is told when its order ended."""


def _send(resources: Resources, intent: Intent, approved: Approved) -> Intent:
    try:
        acknowledgement = _repeating(_send_once, resources, intent, approved)
    except ExchangeDuplicateError:
        # It is there already: an earlier attempt arrived although its answer did not.
        return _mark_unknown(resources, intent, "link id is taken; look it up", 110072)
    except ExchangeOutcomeUnknownError as error:
        return _mark_unknown(resources, intent, str(error), error.code)
    except ExchangeRetryableError as error:
        return end_intent(resources, intent, _not_executed(error))
    except ExchangeRefusedError as error:
        return end_intent(resources, intent, _refused(error))
    with unit_of_work(resources.sessions) as session:
        return intents.mark_acknowledged(session, intent.id, order_id=acknowledgement.order_id)


def _send_once(resources: Resources, intent: Intent, approved: Approved) -> Acknowledgement:
    # Committed before the request leaves: after a crash the row says that it may exist.
    with unit_of_work(resources.sessions) as session:
        intents.mark_sent(session, intent.id, now=resources.now())
    return resources.gateway.place(approved)


def _mark_unknown(resources: Resources, intent: Intent, message: str, code: int | None) -> Intent:
    with unit_of_work(resources.sessions) as session:
        return intents.mark_unknown(session, intent.id, error_message=message, error_code=code)


def _refused(error: ExchangeError) -> Resolution:
    return Resolution(IntentState.REFUSED, error_code=error.code, error_message=str(error))


def _not_executed(error: ExchangeError) -> Resolution:
    return Resolution(IntentState.NOT_EXECUTED, error_code=error.code, error_message=str(error))


def _ended_order(resources: Resources, intent: Intent) -> Order:
    order = resources.gateway.order_by_link_id(intent.order.symbol, intent.order.link_id)
    if order is None or order.status.is_open:
        message = f"order {intent.order.link_id} has not ended"
        raise _UnsettledError(message)
    return order


# A request that certainly did not happen may be sent again; it carries the same link id.
_repeating = stamina.RetryingCaller(attempts=3, timeout=10.0, wait_initial=0.5, wait_max=3.0).on(
    ExchangeRetryableError
)


def _until_settled(settle_time: timedelta) -> stamina.BoundRetryingCaller:
    return stamina.RetryingCaller(
        attempts=None, timeout=settle_time.total_seconds(), wait_initial=0.1, wait_max=1.0
    ).on(_UnsettledError)
