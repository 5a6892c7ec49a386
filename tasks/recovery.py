"""Finish what a run that died left behind: orders of unknown fate, decisions without an end."""

from datetime import timedelta

import structlog

from db.base import Json
from db.repositories import discrepancies, intents, late_orders
from db.repositories.intents import Intent, Resolution
from db.repositories.late_orders import LateOrder
from db.unit_of_work import read_session, unit_of_work
from tasks.endings import end_intent
from tasks.execution import resolve_order, settle
from tasks.policies import AT_MOST_ONCE, SAFE_TO_RETRY
from tasks.resources import Resources
from tasks.steps import step
from trading.intent_states import IntentState

log = structlog.get_logger()

GRACE = timedelta(seconds=60)
"""Younger intents belong to a run that is still busy with them."""


@step(name="resolve-unfinished", task_run_name="resolve unfinished", **SAFE_TO_RETRY)
def resolve_unfinished(resources: Resources) -> tuple[Intent, ...]:
    """The intents that could be ended: looked up by link id, or given up where never sent.

    Nothing is sent here: the approval of an order died with the run that had it.
    """
    before = resources.now() - max(GRACE, resources.desk.settle_time)
    with read_session(resources.sessions) as session:
        open_ones = intents.unresolved(session, resources.desk.account, reserved_before=before)
    ended = tuple(_end(resources, intent) for intent in open_ones)
    return tuple(intent for intent in ended if intent.state.is_final)


@step(name="adopt-late-orders", task_run_name="adopt late orders", **AT_MOST_ONCE)
def adopt_late_orders(resources: Resources) -> tuple[LateOrder, ...]:
    """Orders that turned up after their intents had ended, now reported and taken over.

    What they filled is a position of the desk like any other: booked, protected and counted by
    its entry intent. What is still open is cancelled: nobody waits for it any more.
    """
    key = resources.desk.account
    with read_session(resources.sessions) as session:
        found = tuple(late_orders.unreported(session, key))
    for late in found:
        order = late.order
        if order.status.is_open:
            resources.gateway.cancel(order.symbol, order.link_id)
        log.error(
            "an order turned up late",
            link_id=order.link_id,
            intent=late.intent_state,
            filled=str(order.filled_quantity),
        )
        _report(resources, late)
    return found


def _report(resources: Resources, late: LateOrder) -> None:
    now, key, order = resources.now(), resources.desk.account, late.order
    evidence: Json = {
        "symbol": order.symbol,
        "order_id": order.order_id,
        "intent": late.intent_state,
        "status": order.status,
        "filled": str(order.filled_quantity),
    }
    with unit_of_work(resources.sessions) as session:
        discrepancies.open_or_update(
            session, key, kind=late_orders.KIND, subject=order.link_id, evidence=evidence, now=now
        )
        discrepancies.resolve(
            session,
            key,
            kind=late_orders.KIND,
            subject=order.link_id,
            rule="adopt late order",
            resolution="taken over as the desk's own, under the levels it was approved with",
            now=now,
        )


def _end(resources: Resources, intent: Intent) -> Intent:
    if intent.state is IntentState.RESERVED:
        # The market has moved on since it was approved: it is never sent late.
        never_sent = Resolution(
            IntentState.NOT_EXECUTED, error_message="the run died before sending"
        )
        return end_intent(resources, intent, never_sent)
    seen = settle(resources, intent)
    if seen.state in {IntentState.SENT, IntentState.UNKNOWN}:
        # Its request may still arrive: a replayed market runs faster than requests expire.
        return resolve_order(resources, seen)
    return seen
