"""Recovery: what a run that died left behind is looked up or given up, never sent late."""

from dataclasses import replace
from datetime import timedelta

import pytest

from db.repositories import intents
from db.unit_of_work import unit_of_work
from tasks.execution import place_order
from tasks.recovery import GRACE, resolve_unfinished
from tasks.resources import Resources
from tests.fixtures.outbox import approved_entry, committed, decision_row
from tests.fixtures.scripted_proxy import (
    CREATE,
    ScriptedProxy,
    accepted_without_effect,
    lost_after,
)
from trading.intent_states import IntentState
from trading.reasons import Outcome, Reason


@pytest.fixture
def later(busy_desk: Resources) -> Resources:
    """The same desk, long after the run that died: its requests have expired."""
    now = busy_desk.now() + timedelta(minutes=15)
    expired = replace(busy_desk.desk, settle_time=timedelta(microseconds=1))
    return replace(busy_desk, desk=expired, now=lambda: now)


def test_an_order_that_was_never_sent_is_given_up(
    busy_desk: Resources, later: Resources, busy_proxy: ScriptedProxy
) -> None:
    intent = committed(busy_desk, approved_entry())

    (ended,) = resolve_unfinished.fn(later)

    assert (ended.id, ended.state) == (intent.id, IntentState.NOT_EXECUTED)
    row = decision_row(later, intent.decision_id)
    assert (row.outcome, row.reason) == (Outcome.FAILED, Reason.ORDER_NOT_EXECUTED)
    assert row.detail == "the run died before sending"
    assert busy_proxy.calls(CREATE) == []


def test_an_order_of_unknown_fate_is_found_and_its_decision_concluded(
    busy_desk: Resources, later: Resources, busy_proxy: ScriptedProxy
) -> None:
    busy_proxy.script(CREATE, lost_after)
    approved = approved_entry()
    unknown = place_order.fn(busy_desk, committed(busy_desk, approved), approved)

    (ended,) = resolve_unfinished.fn(later)

    assert (ended.id, ended.state) == (unknown.id, IntentState.FILLED)
    row = decision_row(later, unknown.decision_id)
    assert (row.outcome, row.reason) == (Outcome.TRADED, Reason.ORDER_FILLED)
    assert resolve_unfinished.fn(later) == ()


def test_a_process_that_died_while_sending_leaves_an_order_that_is_looked_up(
    busy_desk: Resources, later: Resources
) -> None:
    intent = committed(busy_desk, approved_entry())
    with unit_of_work(busy_desk.sessions) as session:
        intents.mark_sent(session, intent.id, now=busy_desk.now())

    (ended,) = resolve_unfinished.fn(later)

    assert ended.state is IntentState.NOT_EXECUTED
    assert ended.error_message == "not found by link id after the request had expired"


def test_the_orders_of_a_run_that_is_still_busy_are_left_alone(busy_desk: Resources) -> None:
    committed(busy_desk, approved_entry())
    soon = busy_desk.now() + GRACE - timedelta(seconds=1)

    assert resolve_unfinished.fn(replace(busy_desk, now=lambda: soon)) == ()


def test_a_long_receive_window_lengthens_the_patience(busy_desk: Resources) -> None:
    committed(busy_desk, approved_entry())
    slow = replace(busy_desk.desk, settle_time=timedelta(minutes=2))
    soon = busy_desk.now() + timedelta(seconds=90)

    assert resolve_unfinished.fn(replace(busy_desk, desk=slow, now=lambda: soon)) == ()


def test_an_acknowledged_order_with_late_records_is_looked_at_again_next_time(
    busy_desk: Resources, later: Resources, busy_proxy: ScriptedProxy
) -> None:
    busy_proxy.script(CREATE, accepted_without_effect)
    approved = approved_entry()
    place_order.fn(busy_desk, committed(busy_desk, approved), approved)

    assert resolve_unfinished.fn(later) == ()

    with unit_of_work(later.sessions) as session:
        (open_one,) = intents.unresolved(session, later.desk.account)
    assert open_one.state is IntentState.ACKNOWLEDGED
