"""Every change of an intent and of an order is a row, in the transaction that made it."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.queries.exchange_records import all_orders
from db.queries.transitions import of_intent, of_order
from db.repositories import intent_changes, intents, orders
from db.repositories.intents import Intent, IntentEndedError, Resolution
from trading.intent_states import TRANSITIONS, IntentState
from trading.order_states import News, Report, news_of
from trading.orders import Order, OrderStatus

SECOND = timedelta(seconds=1)


@pytest.fixture
def intent(session: Session, make: Any, now: datetime) -> Intent:
    reserved = intents.reserve(session, make.intent(), now=now, check_capacity=lambda *_: None)
    assert isinstance(reserved, Intent)
    return reserved


def test_each_step_of_an_intent_is_told_with_its_reason(
    session: Session, intent: Intent, now: datetime
) -> None:
    intents.mark_sent(session, intent.id, now=now + SECOND)
    intents.mark_unknown(
        session, intent.id, error_message="timed out", error_code=10016, now=now + 2 * SECOND
    )
    intents.mark_resent(session, intent.id, now=now + 8 * SECOND)
    intents.mark_acknowledged(session, intent.id, order_id="o1", now=now + 9 * SECOND)
    intents.resolve(session, intent.id, Resolution(IntentState.FILLED), now=now + 10 * SECOND)

    told = of_intent(session, intent.id)

    states = [step.to_state for step in told]
    assert [step.from_state for step in told] == [None, *states[:-1]]
    assert states == [
        IntentState.RESERVED,
        IntentState.SENT,
        IntentState.UNKNOWN,
        IntentState.SENT,
        IntentState.ACKNOWLEDGED,
        IntentState.FILLED,
    ]
    assert (told[2].error_code, told[2].detail) == (10016, "timed out")
    assert [step.changed_at - now for step in told] == [SECOND * n for n in (0, 1, 2, 8, 9, 10)]


def test_saying_the_same_again_is_no_step(
    session: Session, intent: Intent, make: Any, now: datetime
) -> None:
    intents.reserve(session, make.intent(), now=now, check_capacity=lambda *_: None)
    intents.mark_sent(session, intent.id, now=now)
    for _ in range(2):
        intents.mark_acknowledged(session, intent.id, order_id="o1", now=now)
    intents.mark_unknown(session, intent.id, error_message="answer lost", now=now)
    for _ in range(2):
        intents.resolve(session, intent.id, Resolution(IntentState.FILLED), now=now)

    assert [step.to_state for step in of_intent(session, intent.id)] == [
        IntentState.RESERVED,
        IntentState.SENT,
        IntentState.ACKNOWLEDGED,
        IntentState.FILLED,
    ]


@pytest.mark.parametrize(("before", "after"), list(product(IntentState, repeat=2)))
def test_the_database_takes_exactly_the_steps_of_the_table(
    before: IntentState, after: IntentState, session: Session, intent: Intent, now: datetime
) -> None:
    row = intent_changes.locked(session, intent.id, after)
    row.state, row.attempts, row.sent_at = before, 1, now
    row.error_message, row.resolved_at = "because", now if before.is_final else None
    session.flush()
    ends: dict[str, Any] = {"resolved_at": now} if after.is_final else {}
    if after in TRANSITIONS[before]:
        intent_changes.change(session, row, after, now=now, **ends)
        assert of_intent(session, intent.id)[-1].to_state is after
        return
    with pytest.raises(ValueError, match=f"is {before} and cannot become {after}"):
        intent_changes.change(session, row, after, now=now, **ends)


def test_what_has_ended_tells_how(session: Session, intent: Intent, now: datetime) -> None:
    given_up = Resolution(IntentState.NOT_EXECUTED, error_message="given up")
    ended = intents.resolve(session, intent.id, given_up, now=now)
    with pytest.raises(IntentEndedError, match="is not_executed and cannot become sent") as met:
        intents.mark_sent(session, intent.id, now=now)
    assert met.value.intent == ended


def test_the_age_of_a_request_is_that_of_the_newest(
    session: Session, intent: Intent, now: datetime
) -> None:
    before_sending = intent_changes.since_sent(session, intent.id)
    intents.mark_sent(session, intent.id, now=now)
    first = intent_changes.since_sent(session, intent.id)
    intents.mark_sent(session, intent.id, now=now)
    assert timedelta(0) <= intent_changes.since_sent(session, intent.id)
    assert timedelta(0) <= first < timedelta(minutes=1)
    assert timedelta(0) <= before_sending < timedelta(minutes=1)


def report(make: Any, status: OrderStatus, filled: str, second: int) -> Order:
    first: Order = make.order()
    changed: Order = make.order(
        status=status,
        filled_quantity=Decimal(filled),
        updated_at=first.updated_at + second * SECOND,
    )
    return changed


def test_only_what_changes_an_order_is_told(session: Session, make: Any, key: AccountKey) -> None:
    life = [
        report(make, OrderStatus.NEW, "0", 0),
        report(make, OrderStatus.NEW, "0", 1),
        report(make, OrderStatus.PARTIALLY_FILLED, "0.004", 2),
        report(make, OrderStatus.PARTIALLY_FILLED, "0.007", 3),
        report(make, OrderStatus.CANCELLED, "0.007", 4),
        report(make, OrderStatus.FILLED, "0.010", 5),
    ]
    for one in life:
        orders.upsert(session, key, [one])
    told = [
        (step.from_status, step.to_status, step.filled_quantity)
        for step in of_order(session, key, "o1")
    ]
    assert told == [
        (None, OrderStatus.NEW, Decimal(0)),
        (OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED, Decimal("0.004")),
        (OrderStatus.PARTIALLY_FILLED, OrderStatus.PARTIALLY_FILLED, Decimal("0.007")),
        (OrderStatus.PARTIALLY_FILLED, OrderStatus.CANCELLED, Decimal("0.007")),
        (OrderStatus.CANCELLED, OrderStatus.CANCELLED, Decimal("0.010")),
    ]
    (stored,) = all_orders(session, key)
    assert (stored.status, stored.filled_quantity) == (OrderStatus.CANCELLED, Decimal("0.010"))


@pytest.mark.parametrize(("before", "after"), list(product(OrderStatus, repeat=2)))
def test_what_is_stored_is_what_the_rule_says(
    before: OrderStatus, after: OrderStatus, session: Session, make: Any, key: AccountKey
) -> None:
    first, second = report(make, before, "0", 0), report(make, after, "0.004", 1)
    news = news_of(_seen(first), _seen(second))
    orders.upsert(session, key, [first])

    changed = orders.upsert(session, key, [second])

    (stored,) = all_orders(session, key)
    assert changed == ([] if news is News.NONE else ["o1"])
    assert stored.status is (after if news is News.REPLACES else before)
    assert stored.filled_quantity == (0 if news is News.NONE else Decimal("0.004"))


def test_two_reports_of_one_order_in_one_reading_are_both_taken(
    session: Session, make: Any, key: AccountKey
) -> None:
    opened, filled = (
        report(make, OrderStatus.NEW, "0", 0),
        report(make, OrderStatus.FILLED, "0.010", 1),
    )
    assert orders.upsert(session, key, [filled, opened]) == ["o1"]
    assert all_orders(session, key) == [filled]
    assert orders.upsert(session, key, []) == []


@pytest.mark.parametrize("table", ["intent_transitions", "order_transitions"])
def test_history_is_written_once(table: str, session: Session, fill_every_table: Any) -> None:
    fill_every_table(session)
    with pytest.raises(Exception, match="its rows are written once"):
        session.execute(text(f"UPDATE {table} SET changed_at = changed_at"))


def _seen(order: Order) -> Report:
    return Report(order.status, order.filled_quantity, order.updated_at)
