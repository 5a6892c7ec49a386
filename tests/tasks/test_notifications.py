"""What is to be told is kept with its event, told in order, and lost by no outage."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from db.engine import create_engine
from db.keys import AccountKey
from db.repositories import charts, notifications
from db.states import LetterState
from db.unit_of_work import read_session, unit_of_work
from db.unit_of_work import session_factory as make_factory
from tasks.notifications import LEASE, Recipient, Sent, deliver_due, notify
from trading.letters import Delayed, Delivered, Letter, SendOutcome, Undeliverable
from trading.notices import Loudness, Notice, NoticeKind, NoticePreferences, QuietHours, Severity

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@dataclass
class Messenger:
    """Takes letters, or does with the next ones what it is told."""

    outcomes: list[SendOutcome] = field(default_factory=list)
    taken: list[Letter] = field(default_factory=list)

    def __call__(self, letter: Letter) -> SendOutcome:
        if self.outcomes:
            return self.outcomes.pop(0)
        self.taken.append(letter)
        return Delivered(len(self.taken))

    @property
    def texts(self) -> list[str]:
        return [letter.text for letter in self.taken]


@pytest.fixture(scope="module")
def _engine(desk_database_url: str) -> Iterator[Engine]:
    opened = create_engine(desk_database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def sessions(_engine: Engine) -> sessionmaker[Session]:
    return make_factory(_engine)


@pytest.fixture
def recipient() -> Recipient:
    return Recipient(AccountKey("paper", f"test-{uuid4().hex[:12]}"), (7,))


def tell(
    sessions: sessionmaker[Session], recipient: Recipient, *words: str, **changed: Any
) -> list[int]:
    """One notice per word, each its own event."""
    kept = []
    for word in words:
        base = Notice(NoticeKind.ENTRY, Severity.INFO, word, word, NOW)
        with unit_of_work(sessions) as session:
            kept.append(notify(session, recipient, replace(base, **changed)))
    return kept


def test_everything_is_told_once_and_in_order(
    sessions: sessionmaker[Session], recipient: Recipient
) -> None:
    messenger = Messenger()
    assert tell(sessions, recipient, "a", "b", "a", "c") == [1, 1, 0, 1]
    counts = deliver_due(sessions, recipient.account, messenger, now=lambda: NOW)
    assert (messenger.texts, counts) == (["a", "b", "c"], {Sent.DELIVERED: 3})
    assert deliver_due(sessions, recipient.account, messenger, now=lambda: NOW) == {}


def test_an_event_that_is_rolled_back_tells_nothing(
    sessions: sessionmaker[Session], recipient: Recipient
) -> None:
    with sessions() as session:
        notify(session, recipient, Notice(NoticeKind.EXIT, Severity.INFO, "x", "x", NOW))
        session.rollback()
    messenger = Messenger()
    deliver_due(sessions, recipient.account, messenger, now=lambda: NOW)
    assert messenger.texts == []


def test_an_outage_loses_nothing_and_keeps_the_order(
    sessions: sessionmaker[Session], recipient: Recipient
) -> None:
    messenger = Messenger([Delayed("unreachable"), Delayed("unreachable")])
    tell(sessions, recipient, "a", "b")
    now = NOW
    assert deliver_due(sessions, recipient.account, messenger, now=lambda: now) == {
        Sent.DELAYED: 1
    }
    # Before its pause is over nothing is tried, and nothing overtakes it.
    tell(sessions, recipient, "c")
    assert deliver_due(sessions, recipient.account, messenger, now=lambda: now + SECOND) == {}
    now += 2 * SECOND
    assert deliver_due(sessions, recipient.account, messenger, now=lambda: now) == {
        Sent.DELAYED: 1
    }
    now += 4 * SECOND
    deliver_due(sessions, recipient.account, messenger, now=lambda: now)
    assert messenger.texts == ["a", "b", "c"]


def test_the_messengers_own_wait_is_honoured(
    sessions: sessionmaker[Session], recipient: Recipient
) -> None:
    messenger = Messenger([Delayed("too many requests", timedelta(seconds=30))])
    tell(sessions, recipient, "a")
    deliver_due(sessions, recipient.account, messenger, now=lambda: NOW)
    assert deliver_due(sessions, recipient.account, messenger, now=lambda: NOW + 29 * SECOND) == {}
    deliver_due(sessions, recipient.account, messenger, now=lambda: NOW + 30 * SECOND)
    assert messenger.texts == ["a"]


def test_a_wait_counts_from_the_answer_and_not_from_the_round(
    sessions: sessionmaker[Session], recipient: Recipient
) -> None:
    moments = iter([NOW, NOW, NOW + 20 * SECOND])
    messenger = Messenger([Delayed("too many requests", timedelta(seconds=30))])
    tell(sessions, recipient, "a")
    deliver_due(sessions, recipient.account, messenger, now=lambda: next(moments, NOW))
    deliver_due(sessions, recipient.account, messenger, now=lambda: NOW + 49 * SECOND)
    assert messenger.texts == []
    deliver_due(sessions, recipient.account, messenger, now=lambda: NOW + 50 * SECOND)
    assert messenger.texts == ["a"]


def test_a_chat_that_is_gone_holds_up_nobody(
    sessions: sessionmaker[Session], recipient: Recipient
) -> None:
    messenger = Messenger([Undeliverable("bot was blocked")])
    tell(sessions, recipient, "a", "b")
    counts = deliver_due(sessions, recipient.account, messenger, now=lambda: NOW)
    assert counts == {Sent.GIVEN_UP: 1, Sent.DELIVERED: 1}
    with read_session(sessions) as session:
        newest, oldest = notifications.recent(session, recipient.account)
    assert (oldest.state, oldest.error) == (LetterState.GIVEN_UP, "bot was blocked")
    assert (newest.state, newest.text) == (LetterState.SENT, "b")


def test_one_chat_that_waits_does_not_hold_up_another(
    sessions: sessionmaker[Session], recipient: Recipient
) -> None:
    both = replace(recipient, chats=(7, 8))
    messenger = Messenger([Delayed("unreachable")])
    tell(sessions, both, "a")
    deliver_due(sessions, both.account, messenger, now=lambda: NOW)
    assert [letter.chat_id for letter in messenger.taken] == [8]


def test_a_message_that_another_process_is_sending_is_left_alone(
    sessions: sessionmaker[Session], recipient: Recipient
) -> None:
    tell(sessions, recipient, "a", "b")
    with unit_of_work(sessions) as session:
        taken = notifications.claim(session, recipient.account, now=NOW, lease=LEASE)
    assert taken is not None
    messenger = Messenger()
    deliver_due(sessions, recipient.account, messenger, now=lambda: NOW + SECOND)
    assert messenger.texts == []
    # It died: its message is sent by the next one, and only then what came after.
    deliver_due(sessions, recipient.account, messenger, now=lambda: NOW + LEASE)
    assert messenger.texts == ["a", "b"]


def test_of_two_at_the_same_moment_one_gets_the_message(
    sessions: sessionmaker[Session], recipient: Recipient
) -> None:
    tell(sessions, recipient, "a", "b")
    key = recipient.account
    with sessions.begin() as first, sessions.begin() as second:
        mine = notifications.claim(first, key, now=NOW, lease=LEASE)
        theirs = notifications.claim(second, key, now=NOW, lease=LEASE)
    assert mine is not None
    assert (mine.text, theirs) == ("a", None)


def test_in_quiet_hours_what_matters_overtakes_what_can_wait(
    sessions: sessionmaker[Session], recipient: Recipient
) -> None:
    night = NOW + timedelta(hours=11)
    quiet = NoticePreferences(quiet=QuietHours(time(22), time(7), UTC))
    sleeper = replace(recipient, preferences=quiet)
    tell(sessions, sleeper, "entry", created_at=night)
    tell(sessions, sleeper, "naked", created_at=night, severity=Severity.CRITICAL)
    messenger = Messenger()
    deliver_due(sessions, sleeper.account, messenger, now=lambda: night)
    assert messenger.texts == ["naked"]
    deliver_due(sessions, sleeper.account, messenger, now=lambda: NOW + timedelta(hours=19))
    assert messenger.texts == ["naked", "entry"]


@pytest.mark.parametrize(
    ("loudness", "expected"),
    [(Loudness.ON, [False]), (Loudness.SILENT, [True]), (Loudness.OFF, [])],
)
def test_the_owner_chooses_how_loud_a_kind_is(
    loudness: Loudness,
    expected: list[bool],
    sessions: sessionmaker[Session],
    recipient: Recipient,
) -> None:
    wishes = NoticePreferences({NoticeKind.ENTRY: loudness})
    messenger = Messenger()
    tell(sessions, replace(recipient, preferences=wishes), "a")
    deliver_due(sessions, recipient.account, messenger, now=lambda: NOW)
    assert [letter.is_silent for letter in messenger.taken] == expected


def test_a_stored_picture_goes_with_its_message(
    sessions: sessionmaker[Session], recipient: Recipient
) -> None:
    with unit_of_work(sessions) as session:
        picture = charts.save(session, b"picture", width=1, height=1)
    messenger = Messenger()
    tell(sessions, recipient, "a", picture_sha256=picture)
    deliver_due(sessions, recipient.account, messenger, now=lambda: NOW)
    assert messenger.taken[0].picture == b"picture"


def test_the_same_event_in_another_window_is_told_again(
    sessions: sessionmaker[Session], recipient: Recipient
) -> None:
    tell(sessions, recipient, "a")
    assert tell(sessions, recipient, "a", created_at=NOW + timedelta(hours=1)) == [1]
