"""Send an order exactly once and learn what became of it."""

from datetime import timedelta
from decimal import Decimal

import stamina

from db.repositories import intent_changes, intents
from db.repositories.intents import Intent, Resolution
from db.unit_of_work import read_session
from tasks.endings import conclude_order, end_intent
from tasks.policies import AT_MOST_ONCE, SAFE_TO_RETRY
from tasks.resources import Resources
from tasks.sending import halt, patiently, send
from tasks.steps import step
from trading.errors import AutotraderError, ExchangeError
from trading.intent_states import IntentState
from trading.orders import Order
from trading.retry_policy import Operation, Reaction, may_resend, reaction_to
from trading.risk import Approved


class _UnsettledError(AutotraderError):
    """The order exists but has not ended, or is nowhere yet: look again."""


@step(
    name="place-order",
    task_run_name="place {approved.order.symbol} {approved.order.side}",
    **AT_MOST_ONCE,
)
def place_order(resources: Resources, intent: Intent, approved: Approved) -> Intent:
    """Send the committed intent, and record what is known afterwards.

    An intent that was sent before, by this run or one that died, is not sent again. A time-out or
    a dropped answer leaves it UNKNOWN, never failed: `resolve_order` looks it up.
    """
    if intent.state is not IntentState.RESERVED:
        return intent
    if approved.leverage is not None:
        try:
            _set_leverage(resources, approved.order.symbol, approved.leverage)
        except ExchangeError as error:
            # Nothing was sent, so whatever the answer was, the order does not exist.
            return end_intent(resources, intent, _never_sent(error))
    return send(resources, intent, approved)


@step(
    name="resolve-order",
    task_run_name="resolve {intent.order.symbol}",
    **SAFE_TO_RETRY,
)
def resolve_order(
    resources: Resources, intent: Intent, approved: Approved | None = None
) -> Intent:
    """The intent with its end: filled, refused, cancelled, or not executed.

    Looks the link id up until the order has ended or, if it is nowhere, until the exchange would
    refuse the request as too old. Then, with `approved`, the same order leaves again under its old
    link id while `may_resend` allows it; without, it is given up. What is still open then stays
    open; the next sync looks again.
    """
    if intent.state.is_final:
        return intent
    try:
        order = _until_settled(resources.desk.settle_time)(_ended_order, resources, intent)
    except _UnsettledError:
        return settle(resources, intent, approved)
    return conclude_order(resources, intent, order)


@step(
    name="execute-entry",
    task_run_name="execute {approved.order.symbol}",
    **AT_MOST_ONCE,
)
def execute_entry(resources: Resources, intent: Intent, approved: Approved) -> Intent:
    """Place a committed order and see it through; each step with its own policy."""
    return resolve_order(resources, place_order(resources, intent, approved), approved)


def settle(resources: Resources, intent: Intent, approved: Approved | None = None) -> Intent:
    """The intent after one more look, which decides if its request can no longer be on its way.

    An order that is nowhere then was not executed, unless the exchange had acknowledged it: then
    its records are late, and the intent stays as it is. So it does while the request might still
    arrive.
    """
    order = resources.gateway.order_by_link_id(intent.order.symbol, intent.order.link_id)
    if order is not None:
        return conclude_order(resources, intent, order)
    if intent.state is IntentState.ACKNOWLEDGED or not has_expired(resources, intent):
        return intent
    if approved is not None and _may_leave_again(resources, intent, approved):
        again = send(resources, intent, approved, intents.mark_resent)
        return resolve_order(resources, again, approved)
    nowhere = "not found by link id after the request had expired"
    return end_intent(
        resources, intent, Resolution(IntentState.NOT_EXECUTED, error_message=nowhere)
    )


def has_expired(resources: Resources, intent: Intent) -> bool:
    """Whether the exchange would refuse the newest request of `intent` as too old by now."""
    with read_session(resources.sessions) as session:
        return intent_changes.since_sent(session, intent.id) >= resources.desk.settle_time


def _may_leave_again(resources: Resources, intent: Intent, approved: Approved) -> bool:
    return approved.order == intent.order and may_resend(
        intent.order,
        attempts=intent.attempts,
        approved_at=intent.reserved_at,
        now=resources.now(),
        maximum_age=resources.desk.risk.limits.maximum_signal_age,
    )


def _set_leverage(resources: Resources, symbol: str, leverage: Decimal) -> None:
    operation = Operation.SET_LEVERAGE
    try:
        patiently(operation)(resources.gateway.set_leverage, symbol, leverage)
    except ExchangeError as error:
        if reaction_to(operation, error.outcome) is Reaction.HALT:
            halt(resources, error)
        raise


def _never_sent(error: ExchangeError) -> Resolution:
    return Resolution(IntentState.NOT_EXECUTED, error_code=error.code, error_message=str(error))


def _ended_order(resources: Resources, intent: Intent) -> Order:
    order = resources.gateway.order_by_link_id(intent.order.symbol, intent.order.link_id)
    if order is None or order.status.is_open:
        message = f"order {intent.order.link_id} has not ended"
        raise _UnsettledError(message)
    return order


def _until_settled(settle_time: timedelta) -> stamina.BoundRetryingCaller:
    return stamina.RetryingCaller(
        attempts=None, timeout=settle_time.total_seconds(), wait_initial=0.1, wait_max=1.0
    ).on(_UnsettledError)
