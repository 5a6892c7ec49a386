"""The outbox of messages to the owner: written with the event, delivered in order afterwards."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased
from uuid_utils.compat import uuid7

from db.keys import AccountKey
from db.models import NotificationRow
from db.repositories.rows import account_columns, belongs_to, columns_of, value_of
from db.states import LetterState
from trading.notices import Notice


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that this process may send now; nobody else does until its lease ends."""

    id: UUID
    chat_id: int
    text: str
    is_silent: bool
    attempts: int
    approval_id: UUID | None
    picture_sha256: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What a message was about, and when."""

    dedupe_key: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """A message as a list shows it."""

    place: int
    chat_id: int
    text: str
    state: LetterState
    attempts: int
    created_at: datetime
    ended_at: datetime | None
    error: str


def add(  # noqa: PLR0913 -- one row, all by name
    session: Session,
    key: AccountKey,
    notice: Notice,
    *,
    chat_id: int,
    window_start: datetime,
    not_before: datetime,
    is_silent: bool,
) -> bool:
    """Keep a message for one chat; False if it was told within this window already."""
    statement = (
        insert(NotificationRow)
        .values(
            **account_columns(key),
            **columns_of(notice),
            id=uuid7(),
            chat_id=chat_id,
            window_start=window_start,
            is_silent=is_silent,
            state=LetterState.WAITING,
            attempts=0,
            not_before=not_before,
            next_attempt_at=not_before,
            error="",
        )
        .on_conflict_do_nothing(constraint="uq_notifications_told_once")
        .returning(NotificationRow.id)
    )
    return session.scalar(statement) is not None


def claim(session: Session, key: AccountKey, *, now: datetime, lease: timedelta) -> Waiting | None:
    """The next message that may be sent, not to be given to anybody else before `lease` is over.

    Of each chat it is the oldest one, so that the order of events is kept; messages that wait for
    the end of quiet hours do not hold up the others. Commit before sending.
    """
    earlier = aliased(NotificationRow)
    is_behind = exists().where(
        earlier.environment == NotificationRow.environment,
        earlier.account == NotificationRow.account,
        earlier.chat_id == NotificationRow.chat_id,
        earlier.state == LetterState.WAITING,
        earlier.not_before <= now,
        earlier.place < NotificationRow.place,
    )
    statement = (
        select(NotificationRow)
        .where(
            belongs_to(NotificationRow, key),
            NotificationRow.state == LetterState.WAITING,
            NotificationRow.next_attempt_at <= now,
            ~is_behind,
        )
        .order_by(NotificationRow.place)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = session.scalars(statement).one_or_none()
    if row is None:
        return None
    row.attempts, row.next_attempt_at = row.attempts + 1, now + lease
    session.flush()
    return value_of(Waiting, row)


def mark_sent(session: Session, letter_id: UUID, *, message_id: int, now: datetime) -> None:
    """The messenger has it."""
    _end(session, letter_id, LetterState.SENT, now=now, message_id=message_id, error="")


def give_up(session: Session, letter_id: UUID, *, error: str, now: datetime) -> None:
    """It will never arrive; the ones behind it go on."""
    _end(session, letter_id, LetterState.GIVEN_UP, now=now, error=error)


def delay(session: Session, letter_id: UUID, *, until: datetime, error: str) -> None:
    """Try again, not before `until`; those behind it wait, so that the order is kept."""
    session.execute(
        update(NotificationRow)
        .where(NotificationRow.id == letter_id, NotificationRow.state == LetterState.WAITING)
        .values(next_attempt_at=until, error=error)
    )


def is_kept(session: Session, key: AccountKey, dedupe_key: str) -> bool:
    """Whether a message with this key was ever written, in whatever window."""
    statement = select(
        exists().where(belongs_to(NotificationRow, key), NotificationRow.dedupe_key == dedupe_key)
    )
    return bool(session.scalar(statement))


def newest_beginning(session: Session, key: AccountKey, beginning: str) -> Kept | None:
    """The message written last whose key begins so, in whatever window; None if there is none."""
    statement = (
        select(NotificationRow)
        .where(
            belongs_to(NotificationRow, key),
            NotificationRow.dedupe_key.startswith(beginning, autoescape=True),
        )
        .order_by(NotificationRow.place.desc())
        .limit(1)
    )
    row = session.scalars(statement).one_or_none()
    return None if row is None else value_of(Kept, row)


def count_waiting(session: Session, key: AccountKey) -> int:
    """How many messages are still to be delivered."""
    statement = select(func.count()).where(
        belongs_to(NotificationRow, key), NotificationRow.state == LetterState.WAITING
    )
    return session.scalars(statement).one()


def count_given_up(session: Session, key: AccountKey, *, since: datetime) -> int:
    """How many messages the messenger refused for good since then."""
    statement = select(func.count()).where(
        belongs_to(NotificationRow, key),
        NotificationRow.state == LetterState.GIVEN_UP,
        NotificationRow.ended_at >= since,
    )
    return session.scalars(statement).one()


def recent(session: Session, key: AccountKey, *, limit: int = 50) -> list[Told]:
    """The newest messages, newest first."""
    statement = select(NotificationRow).where(belongs_to(NotificationRow, key))
    newest = statement.order_by(NotificationRow.place.desc()).limit(limit)
    return [value_of(Told, row) for row in session.scalars(newest)]


def _end(
    session: Session, letter_id: UUID, state: LetterState, *, now: datetime, **columns: object
) -> None:
    session.execute(
        update(NotificationRow)
        .where(NotificationRow.id == letter_id, NotificationRow.state == LetterState.WAITING)
        .values(state=state, ended_at=now, **columns)
    )
