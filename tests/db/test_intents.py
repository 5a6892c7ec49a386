"""Orders are promised before they are sent, and never more than there is room for."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session, sessionmaker

from db.keys import AccountKey
from db.repositories import intents, positions
from db.repositories.intents import CapacityCheck, Intent, NewIntent, Resolution
from db.unit_of_work import read_session, unit_of_work
from trading.errors import InvariantError
from trading.intent_states import IntentState
from trading.reasons import Reason, Refused

FULL = Refused(Reason.RISK_MAX_POSITIONS, "no room")


def room_for(limit: int) -> CapacityCheck:
    return lambda held, promised: FULL if len(held) + len(promised) >= limit else None


def reserve(session: Session, new: NewIntent, *, now: datetime, limit: int = 3) -> Intent:
    intent = intents.reserve(session, new, now=now, check_capacity=room_for(limit))
    assert isinstance(intent, Intent)
    return intent


def test_an_intent_is_reserved_with_its_whole_order(
    session: Session, make: Any, now: datetime
) -> None:
    new = make.intent()
    intent = reserve(session, new, now=now)
    assert intent.order == new.order
    assert (intent.state, intent.attempts, intent.reserved_at) == (IntentState.RESERVED, 0, now)
    assert (intent.notional_usdt, intent.risk_usdt, intent.leverage) == (
        new.notional_usdt,
        new.risk_usdt,
        new.leverage,
    )
    assert intents.by_link_id(session, "link-1") == intent


def test_an_order_without_room_is_refused_and_leaves_no_row(
    session: Session, make: Any, now: datetime, key: AccountKey
) -> None:
    reserve(session, make.intent("link-1", "BTCUSDT"), now=now)
    second = make.intent("link-2", "ETHUSDT")
    refused = intents.reserve(session, second, now=now, check_capacity=room_for(1))
    assert refused == FULL
    assert [intent.order.link_id for intent in intents.unresolved(session, key)] == ["link-1"]


def test_reserving_the_same_link_id_again_gives_the_intent_that_is_there(
    session: Session, make: Any, now: datetime
) -> None:
    first = reserve(session, make.intent(), now=now)
    sent = intents.mark_sent(session, first.id, now=now)
    again = intents.reserve(
        session, make.intent(), now=now + timedelta(1), check_capacity=room_for(0)
    )
    assert again == sent


def test_an_order_that_reduces_needs_no_room(session: Session, make: Any, now: datetime) -> None:
    intent = intents.reserve_reduction(session, make.reduction(), now=now)
    assert intent.order == make.reduction().order
    assert intents.reserve_reduction(session, make.reduction(), now=now).id == intent.id


def test_an_order_that_opens_cannot_go_round_the_capacity(
    session: Session, make: Any, now: datetime
) -> None:
    with pytest.raises(InvariantError, match="is not reduce-only; it needs capacity"):
        intents.reserve_reduction(session, make.intent(), now=now)


def seen(session: Session, new: NewIntent, now: datetime) -> tuple[list[str], list[str]]:
    found: list[tuple[list[str], list[str]]] = []

    def look(held: Any, promised: Any) -> Refused:
        found.append(([item.symbol for item in held], [item.symbol for item in promised]))
        return FULL

    intents.reserve(session, new, now=now, check_capacity=look)
    return found[0]


def walk(session: Session, intent: Intent, state: IntentState, now: datetime) -> None:
    if state is IntentState.RESERVED:
        return
    intents.mark_sent(session, intent.id, now=now)
    if state is IntentState.ACKNOWLEDGED:
        intents.mark_acknowledged(session, intent.id, order_id="o1", now=now)
    elif state is IntentState.UNKNOWN:
        intents.mark_unknown(session, intent.id, error_message="timed out", now=now)
    elif state.is_final:
        resolution = Resolution(state, error_message="because")
        intents.resolve(session, intent.id, resolution, now=now)


@pytest.mark.parametrize(
    ("state", "counts"),
    [
        (IntentState.RESERVED, True),
        (IntentState.SENT, True),
        (IntentState.ACKNOWLEDGED, True),
        (IntentState.UNKNOWN, True),
        (IntentState.FILLED, True),
        (IntentState.REFUSED, False),
        (IntentState.NOT_EXECUTED, False),
        (IntentState.CANCELLED, False),
    ],
)
def test_whatever_may_still_become_a_position_keeps_its_room(
    state: IntentState, counts: bool, session: Session, make: Any, now: datetime
) -> None:
    walk(session, reserve(session, make.intent(), now=now), state, now)
    assert seen(session, make.intent("link-2", "ETHUSDT"), now) == (
        [],
        ["BTCUSDT"] if counts else [],
    )


def test_a_filled_order_is_counted_once_as_promise_or_as_position(
    session: Session, make: Any, now: datetime, key: AccountKey
) -> None:
    other = make.intent("link-2", "ETHUSDT")
    positions.replace_mirror(session, key, [], read_at=now)
    walk(session, reserve(session, make.intent(), now=now), IntentState.FILLED, now)
    assert seen(session, other, now) == ([], ["BTCUSDT"])
    positions.replace_mirror(session, key, [make.position()], read_at=now)
    assert seen(session, other, now) == (["BTCUSDT"], [])
    positions.replace_mirror(session, key, [], read_at=now + timedelta(minutes=2))
    assert seen(session, other, now) == ([], [])


def test_orders_that_reduce_are_no_promise(session: Session, make: Any, now: datetime) -> None:
    intents.reserve_reduction(session, make.reduction(), now=now)
    assert seen(session, make.intent("link-2", "ETHUSDT"), now) == ([], [])


def test_accounts_do_not_share_their_room(session: Session, make: Any, now: datetime) -> None:
    reserve(session, make.intent(), now=now)
    elsewhere = make.intent("link-2", account=AccountKey("paper", "second"))
    assert seen(session, elsewhere, now) == ([], [])


def test_the_life_of_an_order_that_fills(session: Session, make: Any, now: datetime) -> None:
    intent = reserve(session, make.intent(), now=now)
    sent = intents.mark_sent(session, intent.id, now=now)
    assert (sent.state, sent.attempts, sent.sent_at) == (IntentState.SENT, 1, now)
    known = intents.mark_acknowledged(session, intent.id, order_id="o1", now=now)
    assert (known.state, known.order_id) == (IntentState.ACKNOWLEDGED, "o1")
    later = now + timedelta(seconds=3)
    ended = intents.resolve(session, intent.id, Resolution(IntentState.FILLED), now=later)
    assert (ended.state, ended.order_id, ended.resolved_at) == (IntentState.FILLED, "o1", later)


def test_each_attempt_to_send_is_counted(session: Session, make: Any, now: datetime) -> None:
    intent = reserve(session, make.intent(), now=now)
    intents.mark_sent(session, intent.id, now=now)
    assert intents.mark_sent(session, intent.id, now=now).attempts == 2


def test_an_unknown_outcome_keeps_the_error_and_is_not_sent_again(
    session: Session, make: Any, now: datetime
) -> None:
    intent = reserve(session, make.intent(), now=now)
    intents.mark_sent(session, intent.id, now=now)
    unknown = intents.mark_unknown(
        session, intent.id, error_message="bad gateway", error_code=502, now=now
    )
    assert (unknown.state, unknown.error_code, unknown.error_message) == (
        IntentState.UNKNOWN,
        502,
        "bad gateway",
    )
    with pytest.raises(InvariantError, match="is unknown and cannot become sent"):
        intents.mark_sent(session, intent.id, now=now)


def test_an_intent_ends_once(session: Session, make: Any, now: datetime) -> None:
    intent = reserve(session, make.intent(), now=now)
    refused = Resolution(IntentState.REFUSED, error_code=110007, error_message="no balance")
    ended = intents.resolve(session, intent.id, refused, now=now)
    later = now + timedelta(hours=1)
    assert intents.resolve(session, intent.id, refused, now=later) == ended
    with pytest.raises(InvariantError, match="is refused and cannot become filled"):
        intents.resolve(session, intent.id, Resolution(IntentState.FILLED), now=later)
    with pytest.raises(InvariantError, match="is refused and cannot become unknown"):
        intents.mark_unknown(session, intent.id, error_message="late time-out", now=now)


def test_an_intent_cannot_end_as_something_unfinished() -> None:
    with pytest.raises(InvariantError, match="cannot be resolved as unknown"):
        Resolution(IntentState.UNKNOWN)


def test_an_intent_that_is_not_there_is_named(session: Session, now: datetime) -> None:
    missing = uuid4()
    with pytest.raises(InvariantError, match=f"there is no intent {missing} to mark sent"):
        intents.mark_sent(session, missing, now=now)


def test_unresolved_intents_come_oldest_first_and_may_be_limited_by_age(
    session: Session, make: Any, now: datetime, key: AccountKey
) -> None:
    young = make.intent("young", "ETHUSDT")
    reserve(session, young, now=now)
    reserve(session, make.intent("old", "BTCUSDT"), now=now - timedelta(minutes=5))
    ended = reserve(session, make.intent("ended", "SOLUSDT"), now=now)
    intents.resolve(session, ended.id, Resolution(IntentState.NOT_EXECUTED), now=now)
    links = [intent.order.link_id for intent in intents.unresolved(session, key)]
    assert links == ["old", "young"]
    old = intents.unresolved(session, key, reserved_before=now)
    assert [intent.order.link_id for intent in old] == ["old"]


def test_fifty_concurrent_reservations_never_exceed_the_limit(
    session_factory: sessionmaker[Session], make: Any, now: datetime, key: AccountKey
) -> None:
    barrier = Barrier(50)

    def run(number: int) -> Intent | Refused:
        with unit_of_work(session_factory) as session:
            session.connection()
            barrier.wait()
            new = make.intent(f"link-{number}", f"COIN{number}USDT")
            return intents.reserve(session, new, now=now, check_capacity=room_for(3))

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(run, range(50)))
    assert sum(isinstance(answer, Intent) for answer in answers) == 3
    assert answers.count(FULL) == 47
    with read_session(session_factory) as session:
        assert len(intents.unresolved(session, key)) == 3


def test_fifty_concurrent_attempts_at_one_decision_make_one_intent(
    session_factory: sessionmaker[Session], make: Any, now: datetime
) -> None:
    barrier = Barrier(50)

    def run(_: int) -> Intent | Refused:
        with unit_of_work(session_factory) as session:
            session.connection()
            barrier.wait()
            return intents.reserve(session, make.intent(), now=now, check_capacity=room_for(3))

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(run, range(50)))
    assert len({answer.id for answer in answers if isinstance(answer, Intent)}) == 1
    assert all(isinstance(answer, Intent) for answer in answers)
