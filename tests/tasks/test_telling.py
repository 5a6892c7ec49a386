"""The owner hears of the desk's own events, once each, and only where chats are named."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from db.engine import create_engine
from db.keys import AccountKey
from db.repositories import notifications
from db.repositories.discrepancies import Known
from db.repositories.trades import Trade
from db.states import ExitReason, TradeStatus
from db.unit_of_work import read_session, unit_of_work
from db.unit_of_work import session_factory as make_factory
from tasks.guarding import Guarded, GuardOutcome
from tasks.halting import pull_by_hand
from tasks.notifications import Recipient
from tasks.protection import _notice
from tasks.telling import tell_escalated, tell_exits
from trading.brakes import TripPolicy
from trading.orders import PositionIndex
from trading.positions import Direction
from trading.protection import CloseNow
from trading.reconcile import DiscrepancyKind

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

TRADE = Trade(
    id=uuid4(),
    symbol="BTCUSDT",
    direction=Direction.LONG,
    position_index=PositionIndex.ONE_WAY,
    status=TradeStatus.CLOSED,
    quantity=Decimal(1),
    entry_price=Decimal(100),
    exit_price=Decimal(98),
    stop_loss=Decimal(98),
    take_profit=Decimal(104),
    risk_usdt=Decimal(2),
    fees_usdt=Decimal("0.1"),
    funding_usdt=Decimal(0),
    pnl_usdt=Decimal("-2.1"),
    r_multiple=Decimal("-1.05"),
    naked_seconds=0,
    last_sequence=1,
    exit_reason=ExitReason.STOP_LOSS,
    opened_at=NOW - MINUTE,
    closed_at=NOW,
    decision_id=None,
    entry_intent_id=None,
)


@pytest.fixture(scope="module")
def _engine(desk_database_url: str) -> Iterator[Engine]:
    opened = create_engine(desk_database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def sessions(_engine: Engine) -> sessionmaker[Session]:
    return make_factory(_engine)


@pytest.fixture
def owner() -> Recipient:
    return Recipient(AccountKey("paper", f"test-{uuid4().hex[:12]}"), (7,))


def told(sessions: sessionmaker[Session], owner: Recipient) -> list[str]:
    with read_session(sessions) as session:
        return [one.text for one in reversed(notifications.recent(session, owner.account))]


def test_an_exit_is_told_with_what_it_earned_and_why(
    sessions: sessionmaker[Session], owner: Recipient
) -> None:
    with unit_of_work(sessions) as session:
        tell_exits(session, owner, (TRADE,), now=NOW)
        tell_exits(session, owner, (TRADE,), now=NOW)  # a sync and the monitor may both book it
    assert told(sessions, owner) == ["Closed: long BTCUSDT\nResult -2.10 USDT (stop loss)"]


def test_without_chats_nothing_is_written(
    sessions: sessionmaker[Session], owner: Recipient
) -> None:
    with unit_of_work(sessions) as session:
        tell_exits(session, replace(owner, chats=()), (TRADE,), now=NOW)
    assert told(sessions, owner) == []


def test_a_brake_is_told_once_and_again_when_it_gets_stricter(
    sessions: sessionmaker[Session], owner: Recipient
) -> None:
    for minute, policy in enumerate((TripPolicy.KEEP, TripPolicy.KEEP, TripPolicy.FLATTEN)):
        now = NOW + minute * MINUTE
        pull_by_hand(sessions, owner, reason="lunch", by="Ada", policy=policy, now=now)
    assert told(sessions, owner) == [
        "Halted (manual, keep positions) by Ada: lunch",
        "Halted (manual, flatten positions) by Ada: lunch",
    ]


def test_a_difference_that_needs_a_human_says_where_to_look(
    sessions: sessionmaker[Session], owner: Recipient
) -> None:
    row = Known(uuid4(), DiscrepancyKind.MISSING_STOP, "BTCUSDT/0", {}, 2, NOW, None, "", "")
    with unit_of_work(sessions) as session:
        tell_escalated(session, owner, row, now=NOW)
    (text,) = told(sessions, owner)
    assert text.startswith("Difference: missing stop of BTCUSDT/0; it needs you")


@pytest.mark.parametrize(
    ("outcome", "begins"),
    [
        (GuardOutcome.PROTECTED, None),
        (GuardOutcome.GONE, None),
        (GuardOutcome.CLOSED, "⚠️ BTCUSDT had no stop, so it is closed: three tries"),
        (GuardOutcome.UNPROVEN, "⚠️ BTCUSDT has no stop: three tries"),
        (GuardOutcome.NAKED, "⚠️ BTCUSDT has no stop: three tries"),
    ],
)
def test_a_guarded_position_is_told_only_where_its_stop_does_not_stand(
    outcome: GuardOutcome, begins: str | None
) -> None:
    notice = _notice(Guarded("BTCUSDT", CloseNow("no stop"), outcome, "three tries"), NOW)
    assert (None if notice is None else notice.text) == begins
