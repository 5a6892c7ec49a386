"""An order that got lost leaves again under its old link id, and one that woke up late never."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from db.models import DiscrepancyRow, IntentTransitionRow
from db.queries.transitions import of_intent
from db.repositories import halts, intents, trades
from db.repositories.intents import Intent, Resolution
from db.unit_of_work import read_session, unit_of_work
from tasks.execution import execute_entry, place_order, resolve_order
from tasks.recovery import adopt_late_orders
from tasks.resources import Resources
from tasks.sending import send
from tasks.sync import synchronise
from tests.fixtures.desk_fixtures import OpenDesk
from tests.fixtures.desks import with_limits
from tests.fixtures.outbox import approved_entry, committed
from tests.fixtures.plotted_market import CALM
from tests.fixtures.scripted_proxy import (
    CREATE,
    Forward,
    ScriptedProxy,
    Seen,
    lost_after,
    lost_before,
    refused_with,
)
from tests.fixtures.simulator import Venue
from trading.brakes import BrakeKind
from trading.errors import ExchangeOutcomeUnknownError
from trading.intent_states import IntentState
from trading.orders import OrderType
from trading.reconcile import DiscrepancyKind

RESERVED, SENT, UNKNOWN, FILLED = (
    IntentState.RESERVED,
    IntentState.SENT,
    IntentState.UNKNOWN,
    IntentState.FILLED,
)
GIVEN_UP = Resolution(IntentState.NOT_EXECUTED, error_message="given up by another process")


@pytest.fixture
def busy_desk(busy_desk: Resources) -> Resources:
    """The busy desk, on which every request expires at once: nothing waits."""
    return replace(busy_desk, desk=replace(busy_desk.desk, settle_time=timedelta(microseconds=1)))


def steps(resources: Resources, intent: Intent) -> list[IntentState]:
    with read_session(resources.sessions) as session:
        return [step.to_state for step in of_intent(session, intent.id)]


def orders_at(venue: Venue, intent: Intent) -> list[dict[str, Any]]:
    return [row for row in venue.records()["orders"] if row["orderLinkId"] == intent.order.link_id]


def test_an_order_that_never_arrived_leaves_again_under_its_link_id(
    busy_desk: Resources, busy_proxy: ScriptedProxy, busy_venue: Venue
) -> None:
    busy_proxy.script(CREATE, lost_before, lost_before)
    approved = approved_entry()

    done = execute_entry.fn(busy_desk, committed(busy_desk, approved), approved)

    assert (done.state, done.attempts) == (FILLED, 3)
    assert len(orders_at(busy_venue, done)) == 1
    sent = {call.sent["orderLinkId"] for call in busy_proxy.calls(CREATE)}
    assert sent == {approved.order.link_id}
    acknowledged = IntentState.ACKNOWLEDGED
    assert steps(busy_desk, done) == [
        *(RESERVED, SENT, UNKNOWN, SENT, UNKNOWN, SENT, acknowledged, FILLED)
    ]


def test_an_order_that_is_lost_every_time_is_given_up(
    busy_desk: Resources, busy_proxy: ScriptedProxy, busy_venue: Venue
) -> None:
    busy_proxy.always(CREATE, lost_before)
    approved = approved_entry()

    done = execute_entry.fn(busy_desk, committed(busy_desk, approved), approved)

    assert (done.state, done.attempts) == (IntentState.NOT_EXECUTED, 3)
    assert orders_at(busy_venue, done) == []


def test_a_duplicate_after_a_loss_is_the_order_itself(
    busy_desk: Resources, busy_proxy: ScriptedProxy, busy_venue: Venue
) -> None:
    """The first request is executed after its sender has looked and found nothing."""
    late: list[tuple[Seen, Forward]] = []

    def keep(seen: Seen, forward: Forward) -> None:
        late.append((seen, forward))

    def deliver(seen: Seen, forward: Forward) -> bytes:
        for kept, onward in late:
            onward(kept)
        return forward(seen)

    busy_proxy.script(CREATE, keep, deliver)
    approved = approved_entry()

    done = execute_entry.fn(busy_desk, committed(busy_desk, approved), approved)

    assert (done.state, done.attempts) == (FILLED, 2)
    assert len(orders_at(busy_venue, done)) == 1


def test_an_entry_whose_signal_has_grown_old_is_not_sent_again(
    busy_desk: Resources, busy_proxy: ScriptedProxy
) -> None:
    busy_proxy.script(CREATE, lost_before)
    approved = approved_entry()
    lost = place_order.fn(busy_desk, committed(busy_desk, approved), approved)
    limit = busy_desk.desk.risk.limits.maximum_signal_age
    now = busy_desk.now() + limit + timedelta(seconds=1)

    done = resolve_order.fn(replace(busy_desk, now=lambda: now), lost, approved)

    assert (done.state, done.attempts) == (IntentState.NOT_EXECUTED, 1)


def test_an_entry_that_waited_too_long_to_be_sent_is_not_sent(
    busy_desk: Resources, busy_proxy: ScriptedProxy
) -> None:
    approved = approved_entry()
    intent = committed(busy_desk, approved, at=busy_desk.now() - timedelta(seconds=2))
    hasty = with_limits(busy_desk, maximum_signal_age=timedelta(seconds=1))

    done = place_order.fn(hasty, intent, approved)

    assert (done.state, done.attempts) == (IntentState.NOT_EXECUTED, 0)
    assert "approved 0:00:02 ago, 0:00:01 allowed" in done.error_message
    assert busy_proxy.calls(CREATE) == []


def test_an_order_that_was_given_up_before_it_left_is_not_sent(
    busy_desk: Resources, busy_proxy: ScriptedProxy
) -> None:
    approved = approved_entry()
    intent = committed(busy_desk, approved)
    with unit_of_work(busy_desk.sessions) as session:
        intents.resolve(session, intent.id, GIVEN_UP, now=busy_desk.now())

    done = send(busy_desk, intent, approved)

    assert (done.state, done.attempts) == (IntentState.NOT_EXECUTED, 0)
    assert busy_proxy.calls(CREATE) == []


def test_a_request_carries_the_time_of_its_note_however_late_it_leaves(
    busy_desk: Resources, busy_proxy: ScriptedProxy
) -> None:
    """A process that stood still in between sends what the exchange takes for old."""
    approved = approved_entry()

    done = place_order.fn(busy_desk, committed(busy_desk, approved), approved)

    (call,) = busy_proxy.calls(CREATE)
    headers = {name.lower(): value for name, value in call.headers.items()}
    with read_session(busy_desk.sessions) as session:
        noted_at = session.scalars(
            select(IntentTransitionRow.recorded_at).where(
                IntentTransitionRow.intent_id == done.id, IntentTransitionRow.to_state == SENT
            )
        ).one()
    assert int(headers["x-bapi-timestamp"]) <= noted_at.timestamp() * 1000


def test_a_process_that_wakes_up_late_meets_the_end_of_its_order(
    busy_desk: Resources, busy_proxy: ScriptedProxy, busy_venue: Venue
) -> None:
    """Its old request is refused by its stamp; it is not sent again, for others gave it up."""
    approved = approved_entry()
    intent = committed(busy_desk, approved)

    def refuse_old(_seen: Seen, forward: Forward) -> bytes | None:
        with unit_of_work(busy_desk.sessions) as session:
            intents.resolve(session, intent.id, GIVEN_UP, now=intent.reserved_at)
        return refused_with(10002)(_seen, forward)

    busy_proxy.script(CREATE, refuse_old)

    done = execute_entry.fn(busy_desk, intent, approved)

    assert (done.state, done.attempts) == (IntentState.NOT_EXECUTED, 1)
    assert done.error_message == GIVEN_UP.error_message
    assert orders_at(busy_venue, intent) == []
    assert len(busy_proxy.calls(CREATE)) == 1


def test_a_halted_key_stops_entries_and_says_why(
    busy_desk: Resources, busy_proxy: ScriptedProxy
) -> None:
    busy_proxy.script(CREATE, refused_with(10005, "Permission denied"))
    approved = approved_entry()

    done = execute_entry.fn(busy_desk, committed(busy_desk, approved), approved)

    assert (done.state, done.error_code) == (IntentState.REFUSED, 10005)
    with read_session(busy_desk.sessions) as session:
        (halt,) = halts.open_halts(session, busy_desk.desk.account)
    assert (halt.kind, halt.pulled_by) == (BrakeKind.EXCHANGE, "exchange")
    assert "Permission denied" in halt.reason
    assert len(busy_proxy.calls(CREATE)) == 1


def test_a_lost_answer_takes_no_knowledge_away(
    busy_desk: Resources, busy_proxy: ScriptedProxy
) -> None:
    """A sync finds the resting order while its sender still waits for the answer."""
    approved = approved_entry(order_type=OrderType.LIMIT, price=Decimal(145))
    intent = committed(busy_desk, approved)

    def found_meanwhile(seen: Seen, forward: Forward) -> None:
        forward(seen)
        with unit_of_work(busy_desk.sessions) as session:
            intents.mark_acknowledged(session, intent.id, order_id="o1", now=busy_desk.now())

    busy_proxy.script(CREATE, found_meanwhile)

    done = place_order.fn(busy_desk, intent, approved)

    assert (done.state, done.order_id) == (IntentState.ACKNOWLEDGED, "o1")
    busy_desk.gateway.cancel(CALM, approved.order.link_id)


def late_fill(desk: Resources, proxy: ScriptedProxy, **changes: Any) -> Intent:
    """An order that was executed although its intent had been given up."""
    proxy.script(CREATE, lost_after)
    approved = approved_entry(leverage=None, **changes)
    intent = committed(desk, approved)
    with unit_of_work(desk.sessions) as session:
        intents.mark_sent(session, intent.id, now=desk.now())
        ended = intents.resolve(session, intent.id, GIVEN_UP, now=desk.now())
    with pytest.raises(ExchangeOutcomeUnknownError):
        desk.gateway.place(approved)
    return ended


def test_a_fill_that_arrives_after_all_is_booked_protected_and_reported_once(
    open_desk: OpenDesk, proxy: ScriptedProxy
) -> None:
    desk = open_desk(exchange_base_url=proxy.url)
    synchronise(desk)
    ended = late_fill(desk, proxy)

    synchronise(desk)

    assert adopt_late_orders.fn(desk) == ()
    (position,) = desk.gateway.positions()
    assert position.stop_loss == ended.order.stop_loss
    with read_session(desk.sessions) as session:
        (trade,) = trades.open_trades(session, desk.desk.account)
        (row,) = session.scalars(
            select(DiscrepancyRow).where(DiscrepancyRow.subject == ended.order.link_id)
        )
    assert (trade.entry_intent_id, trade.stop_loss) == (ended.id, ended.order.stop_loss)
    assert (row.kind, row.rule) == (DiscrepancyKind.ORDER_MISMATCH, "adopt late order")
    assert row.evidence["intent"] == "not_executed"
    assert row.resolved_at is not None


def test_a_late_order_that_rests_is_cancelled(open_desk: OpenDesk, proxy: ScriptedProxy) -> None:
    desk = open_desk(exchange_base_url=proxy.url)
    synchronise(desk)
    late_fill(desk, proxy, order_type=OrderType.LIMIT, price=Decimal(145))

    synchronise(desk)

    assert desk.gateway.open_orders() == []


def test_an_order_on_its_way_is_not_late(busy_desk: Resources) -> None:
    committed(busy_desk, approved_entry())
    assert adopt_late_orders.fn(busy_desk) == ()
