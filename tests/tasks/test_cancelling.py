"""Cancelling and amending race with fills; the order itself tells who won."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from db.repositories import halts, intents
from db.repositories.intents import Intent
from db.unit_of_work import read_session
from tasks.cancelling import amend_order, cancel_order
from tasks.execution import place_order, resolve_order
from tasks.resources import Resources
from tests.fixtures.outbox import approved_entry, committed
from tests.fixtures.scripted_proxy import (
    ScriptedProxy,
    executed_but_answered,
    lost_after,
    lost_before,
    refused_with,
)
from trading.errors import ExchangeHaltedError, ExchangeRefusedError, InvariantError
from trading.intent_states import IntentState
from trading.orders import OrderStatus, OrderType

CANCEL = "/v5/order/cancel"
AMEND = "/v5/order/amend"
PRICE = Decimal(145)


@pytest.fixture
def desk(busy_desk: Resources) -> Resources:
    """The busy desk, on which every request expires at once: nothing waits."""
    return replace(busy_desk, desk=replace(busy_desk.desk, settle_time=timedelta(microseconds=1)))


def placed(desk: Resources, **changes: Any) -> Intent:
    approved = approved_entry(**changes)
    return place_order.fn(desk, committed(desk, approved), approved)


@pytest.fixture
def resting(desk: Resources) -> Intent:
    return placed(desk, order_type=OrderType.LIMIT, price=PRICE)


@pytest.mark.parametrize(
    "fault",
    [None, lost_after, executed_but_answered(10016), refused_with(10006)],
    ids=["answered", "answer lost", "server error", "too many requests"],
)
def test_a_resting_order_is_cancelled_whatever_the_line_does(
    desk: Resources, busy_proxy: ScriptedProxy, resting: Intent, fault: Any
) -> None:
    if fault is not None:
        busy_proxy.script(CANCEL, fault)

    done = cancel_order.fn(desk, resting)

    assert done.state is IntentState.CANCELLED
    assert cancel_order.fn(desk, done) == done


def test_a_cancellation_that_never_arrived_leaves_the_order_open(
    desk: Resources, busy_proxy: ScriptedProxy, resting: Intent
) -> None:
    busy_proxy.script(CANCEL, lost_before)
    assert cancel_order.fn(desk, resting).state is IntentState.ACKNOWLEDGED
    assert cancel_order.fn(desk, resting).state is IntentState.CANCELLED


def test_an_order_that_filled_before_its_cancellation_is_filled(desk: Resources) -> None:
    assert cancel_order.fn(desk, placed(desk)).state is IntentState.FILLED


def test_a_cancellation_the_key_may_not_ask_for_halts_the_desk(
    desk: Resources, busy_proxy: ScriptedProxy, resting: Intent
) -> None:
    busy_proxy.script(CANCEL, refused_with(10005))
    with pytest.raises(ExchangeHaltedError):
        cancel_order.fn(desk, resting)
    with read_session(desk.sessions) as session:
        assert len(halts.open_halts(session, desk.desk.account)) == 1
    cancel_order.fn(desk, resting)


def test_an_order_that_was_never_sent_cannot_be_cancelled(desk: Resources) -> None:
    with pytest.raises(InvariantError, match="was never sent"):
        cancel_order.fn(desk, committed(desk, approved_entry()))


@pytest.mark.parametrize("fault", [None, lost_after], ids=["answered", "answer lost"])
def test_an_amended_order_stands_as_asked(
    desk: Resources, busy_proxy: ScriptedProxy, resting: Intent, fault: Any
) -> None:
    if fault is not None:
        busy_proxy.script(AMEND, fault)

    order = amend_order.fn(desk, resting, PRICE - 1, Decimal(2))

    assert order is not None
    assert (order.price, order.quantity, order.status) == (PRICE - 1, Decimal(2), OrderStatus.NEW)
    again = amend_order.fn(desk, resting, PRICE - 1, None)
    assert again is not None
    assert again.price == order.price
    cancel_order.fn(desk, resting)


def test_a_change_that_comes_too_late_finds_the_fill(desk: Resources) -> None:
    sent = placed(desk)

    order = amend_order.fn(desk, sent, None, Decimal(2))

    assert order is not None
    assert order.status is OrderStatus.FILLED
    with read_session(desk.sessions) as session:
        known = intents.by_link_id(session, sent.order.link_id)
    assert known is not None
    assert known.state is IntentState.FILLED
    assert resolve_order.fn(desk, known) == known


def test_a_change_the_exchange_refuses_is_told(
    desk: Resources, busy_proxy: ScriptedProxy, resting: Intent
) -> None:
    busy_proxy.script(AMEND, refused_with(110064, "too small"))
    with pytest.raises(ExchangeRefusedError, match="too small"):
        amend_order.fn(desk, resting, None, Decimal(1))
    cancel_order.fn(desk, resting)
