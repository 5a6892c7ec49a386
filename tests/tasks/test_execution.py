"""Sending an order exactly once, whatever the line to the exchange does to it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from time import monotonic
from typing import Any

import pytest
import stamina

from db.repositories import intents
from db.repositories.intents import Intent, Resolution
from db.unit_of_work import read_session, unit_of_work
from tasks.execution import place_order, resolve_order
from tasks.resources import Resources
from tests.fixtures.outbox import approved_entry, committed, decision_row
from tests.fixtures.scripted_proxy import (
    CREATE,
    ScriptedProxy,
    accepted_without_effect,
    executed_but_answered,
    lost_after,
    lost_before,
    refused_with,
)
from tests.fixtures.simulator import Venue
from trading.errors import InvariantError
from trading.intent_states import IntentState
from trading.orders import OrderType
from trading.reasons import Outcome, Reason
from trading.risk import Approved

LEVERAGE = "/v5/position/set-leverage"
LOOK_UP = "/v5/order/realtime"


def execute(resources: Resources, approved: Approved, intent: Intent) -> Intent:
    return resolve_order.fn(resources, place_order.fn(resources, intent, approved))


@pytest.fixture
def busy_desk(busy_desk: Resources) -> Resources:
    """The busy desk, on which every request expires at once: nothing waits."""
    return replace(busy_desk, desk=replace(busy_desk.desk, settle_time=timedelta(microseconds=1)))


@pytest.fixture
def orders_of(busy_venue: Venue) -> Callable[[Approved], list[dict[str, Any]]]:
    """What the exchange itself knows of an order."""

    def find(approved: Approved) -> list[dict[str, Any]]:
        every = busy_venue.records()["orders"]
        return [row for row in every if row["orderLinkId"] == approved.order.link_id]

    return find


OrdersOf = Callable[[Approved], list[dict[str, Any]]]


def concluded(resources: Resources, intent: Intent) -> tuple[Outcome | None, Reason | None]:
    row = decision_row(resources, intent.decision_id)
    return row.outcome, row.reason


def test_an_order_is_sent_filled_and_concluded(busy_desk: Resources, orders_of: OrdersOf) -> None:
    approved = approved_entry()

    done = execute(busy_desk, approved, committed(busy_desk, approved))

    (order,) = orders_of(approved)
    assert (done.state, done.attempts, done.order_id) == (IntentState.FILLED, 1, order["orderId"])
    assert done.resolved_at == busy_desk.now()
    assert concluded(busy_desk, done) == (Outcome.TRADED, Reason.ORDER_FILLED)
    assert busy_desk.gateway.positions()[0].leverage == 3
    with read_session(busy_desk.sessions) as session:
        assert intents.by_link_id(session, approved.order.link_id) == done


def test_an_order_the_exchange_refuses_is_refused_with_its_words(
    busy_desk: Resources, busy_proxy: ScriptedProxy, orders_of: OrdersOf
) -> None:
    busy_proxy.script(CREATE, refused_with(110007, "ab not enough for new order"))
    approved = approved_entry()

    done = execute(busy_desk, approved, committed(busy_desk, approved))

    assert (done.state, done.error_code) == (IntentState.REFUSED, 110007)
    assert "ab not enough for new order" in done.error_message
    assert concluded(busy_desk, done) == (Outcome.REFUSED, Reason.ORDER_REFUSED)
    assert orders_of(approved) == []
    assert len(busy_proxy.calls(CREATE)) == 1


def test_a_request_that_did_not_happen_is_sent_again_with_the_same_link_id(
    busy_desk: Resources, busy_proxy: ScriptedProxy, orders_of: OrdersOf
) -> None:
    busy_proxy.script(CREATE, refused_with(10006), refused_with(10006))
    approved = approved_entry()

    done = execute(busy_desk, approved, committed(busy_desk, approved))

    assert (done.state, done.attempts) == (IntentState.FILLED, 3)
    assert len(orders_of(approved)) == 1
    sent = [call.sent["orderLinkId"] for call in busy_proxy.calls(CREATE)]
    assert sent == [approved.order.link_id] * 3


def test_a_request_that_never_happens_is_given_up(
    busy_desk: Resources, busy_proxy: ScriptedProxy, orders_of: OrdersOf
) -> None:
    busy_proxy.always(CREATE, refused_with(10006))
    approved = approved_entry()

    done = execute(busy_desk, approved, committed(busy_desk, approved))

    assert (done.state, done.attempts, done.error_code) == (IntentState.NOT_EXECUTED, 3, 10006)
    assert concluded(busy_desk, done) == (Outcome.FAILED, Reason.ORDER_NOT_EXECUTED)
    assert orders_of(approved) == []


@pytest.mark.parametrize(
    "fault",
    [lost_after, executed_but_answered(10000), executed_but_answered(987654)],
    ids=["answer lost", "server time-out", "unlisted code"],
)
def test_an_order_whose_answer_is_lost_is_looked_up_and_adopted(
    busy_desk: Resources, busy_proxy: ScriptedProxy, orders_of: OrdersOf, fault: Any
) -> None:
    busy_proxy.script(CREATE, fault)
    approved = approved_entry()

    sent = place_order.fn(busy_desk, committed(busy_desk, approved), approved)
    assert sent.state is IntentState.UNKNOWN
    done = resolve_order.fn(busy_desk, sent)

    (order,) = orders_of(approved)
    assert (done.state, done.attempts, done.order_id) == (IntentState.FILLED, 1, order["orderId"])
    assert concluded(busy_desk, done) == (Outcome.TRADED, Reason.ORDER_FILLED)
    assert len(busy_proxy.calls(CREATE)) == 1


def test_an_order_that_never_arrived_is_not_executed_and_not_sent_again(
    busy_desk: Resources, busy_proxy: ScriptedProxy, orders_of: OrdersOf
) -> None:
    busy_proxy.script(CREATE, lost_before)
    approved = approved_entry()

    done = execute(busy_desk, approved, committed(busy_desk, approved))

    assert (done.state, done.attempts) == (IntentState.NOT_EXECUTED, 1)
    assert done.error_message == "not found by link id after the request had expired"
    assert concluded(busy_desk, done) == (Outcome.FAILED, Reason.ORDER_NOT_EXECUTED)
    assert orders_of(approved) == []
    assert len(busy_proxy.calls(CREATE)) == 1


def test_an_order_is_given_up_only_after_its_request_has_expired(
    busy_desk: Resources, busy_proxy: ScriptedProxy
) -> None:
    busy_proxy.script(CREATE, lost_before)
    patient = replace(
        busy_desk, desk=replace(busy_desk.desk, settle_time=timedelta(milliseconds=500))
    )
    approved = approved_entry()
    sent = place_order.fn(patient, committed(patient, approved), approved)

    began = monotonic()
    with stamina.set_testing(False):
        done = resolve_order.fn(patient, sent)

    assert done.state is IntentState.NOT_EXECUTED
    assert monotonic() - began >= 0.5
    assert len(busy_proxy.calls(LOOK_UP)) > 1


def test_a_link_id_the_exchange_has_already_is_adopted(
    busy_desk: Resources, busy_proxy: ScriptedProxy, orders_of: OrdersOf
) -> None:
    """The first attempt is executed and answered with a lie, the second meets the first."""
    busy_proxy.script(CREATE, executed_but_answered(10006))
    approved = approved_entry()

    done = execute(busy_desk, approved, committed(busy_desk, approved))

    assert (done.state, done.attempts) == (IntentState.FILLED, 2)
    assert len(orders_of(approved)) == 1
    assert len(busy_proxy.calls(CREATE)) == 2


def test_a_link_id_that_is_taken_and_nowhere_is_not_executed(
    busy_desk: Resources, busy_proxy: ScriptedProxy
) -> None:
    busy_proxy.script(CREATE, refused_with(110072))
    approved = approved_entry()
    sent = place_order.fn(busy_desk, committed(busy_desk, approved), approved)

    assert (sent.state, sent.error_code) == (IntentState.UNKNOWN, 110072)
    assert resolve_order.fn(busy_desk, sent).state is IntentState.NOT_EXECUTED


def test_an_acknowledged_order_whose_records_are_late_stays_open(
    busy_desk: Resources, busy_proxy: ScriptedProxy
) -> None:
    busy_proxy.script(CREATE, accepted_without_effect)
    approved = approved_entry()

    done = execute(busy_desk, approved, committed(busy_desk, approved))

    assert (done.state, done.order_id) == (IntentState.ACKNOWLEDGED, "late-1")
    assert concluded(busy_desk, done) == (None, None)


def test_an_order_that_rests_stays_open(busy_desk: Resources) -> None:
    approved = approved_entry(order_type=OrderType.LIMIT, price=Decimal(145))

    done = execute(busy_desk, approved, committed(busy_desk, approved))

    assert done.state is IntentState.ACKNOWLEDGED
    assert concluded(busy_desk, done) == (None, None)
    busy_desk.gateway.cancel(approved.order.symbol, approved.order.link_id)
    ended = resolve_order.fn(busy_desk, done)
    assert ended.state is IntentState.CANCELLED
    assert concluded(busy_desk, ended) == (Outcome.FAILED, Reason.ORDER_NOT_FILLED)


def test_nothing_is_sent_when_the_leverage_cannot_be_set(
    busy_desk: Resources, busy_proxy: ScriptedProxy
) -> None:
    busy_proxy.script(LEVERAGE, lost_before)
    approved = approved_entry()

    done = execute(busy_desk, approved, committed(busy_desk, approved))

    assert (done.state, done.attempts) == (IntentState.NOT_EXECUTED, 0)
    assert concluded(busy_desk, done) == (Outcome.FAILED, Reason.ORDER_NOT_EXECUTED)
    assert busy_proxy.calls(CREATE) == []


def test_an_order_without_leverage_leaves_it_as_it_is(
    busy_desk: Resources, busy_proxy: ScriptedProxy
) -> None:
    approved = approved_entry(leverage=None)

    assert execute(busy_desk, approved, committed(busy_desk, approved)).state is IntentState.FILLED
    assert busy_proxy.calls(LEVERAGE) == []


def test_an_intent_that_was_sent_before_is_not_sent_again(
    busy_desk: Resources, busy_proxy: ScriptedProxy
) -> None:
    approved = approved_entry()
    intent = committed(busy_desk, approved)
    with unit_of_work(busy_desk.sessions) as session:
        sent = intents.mark_sent(session, intent.id, now=busy_desk.now())

    assert place_order.fn(busy_desk, sent, approved) == sent
    assert busy_proxy.calls(CREATE) == []


def test_an_intent_that_has_ended_is_not_looked_up(
    busy_desk: Resources, busy_proxy: ScriptedProxy
) -> None:
    intent = committed(busy_desk, approved_entry())
    with unit_of_work(busy_desk.sessions) as session:
        gone = Resolution(IntentState.NOT_EXECUTED, error_message="given up")
        ended = intents.resolve(session, intent.id, gone, now=busy_desk.now())

    assert resolve_order.fn(busy_desk, ended) == ended
    assert busy_proxy.calls(LOOK_UP) == []


def test_another_order_than_the_committed_one_is_never_sent(
    busy_desk: Resources, busy_proxy: ScriptedProxy
) -> None:
    approved = approved_entry()
    intent = committed(busy_desk, approved)
    larger = approved_entry(link_id=approved.order.link_id, quantity=Decimal(2))

    with pytest.raises(InvariantError, match="nothing is sent"):
        place_order.fn(busy_desk, intent, larger)

    assert busy_proxy.calls(CREATE) == []
