"""Tell the owner: kept with the event, delivered in order, whatever the messenger does."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from sqlalchemy.orm import Session, sessionmaker

from db.keys import AccountKey
from db.repositories import approvals, charts, notifications
from db.repositories.notifications import Waiting
from db.unit_of_work import read_session, unit_of_work
from tasks.clock import Clock
from trading.backoff import Backoff
from trading.letters import (
    Delayed,
    Delivered,
    Letter,
    Question,
    SendOutcome,
    Undeliverable,
)
from trading.notices import Delivery, Notice, NoticePreferences, delivery_of
from trading.proposal_states import ProposalState

log = structlog.get_logger()

Send = Callable[[Letter], SendOutcome]
"""Gives one message to the messenger. It never raises for what the messenger answers."""

RETRIES = Backoff(first=timedelta(seconds=2), longest=timedelta(minutes=5))
LEASE = timedelta(minutes=2)
"""How long one attempt may take before another process may try the same message."""
MOST_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whose account it is, which chats hear of it, and how loudly."""

    account: AccountKey
    chats: tuple[int, ...] = ()
    preferences: NoticePreferences = field(default_factory=NoticePreferences)


class Sent(StrEnum):
    """What became of the messages of one round."""

    DELIVERED = "delivered"
    DELAYED = "delayed"
    GIVEN_UP = "given_up"


def notify(session: Session, recipient: Recipient, notice: Notice) -> int:
    """Keep `notice` for every chat, in the transaction of the event; how many messages are new.

    It cannot fail because of the messenger: nothing is sent here.
    """
    wishes = recipient.preferences
    delivery = delivery_of(notice, wishes, notice.created_at)
    if delivery is Delivery.DROP:
        return 0
    starts = notice.created_at
    if delivery is Delivery.LATER and wishes.quiet is not None:
        starts = wishes.quiet.end_after(notice.created_at)
    return sum(
        notifications.add(
            session,
            recipient.account,
            notice,
            chat_id=chat_id,
            window_start=wishes.window_of(notice.created_at),
            not_before=starts,
            is_silent=delivery is Delivery.SILENT,
        )
        for chat_id in recipient.chats
    )


def deliver_due(
    sessions: sessionmaker[Session], key: AccountKey, send: Send, *, now: Clock
) -> Mapping[Sent, int]:
    """Send what is due, the oldest of each chat first; how many messages ended how.

    A message that the messenger does not take now holds up those behind it in its chat, so that
    the order of events is kept, and nothing else. A process that dies between sending and noting
    it sends that one message again, as does one whose answer is lost on the way: the messenger has
    no way to recognise it.

    Each message has its own moment: fifty slow ones take longer than a lease.
    """
    counts: Counter[Sent] = Counter()
    while counts.total() < MOST_AT_ONCE:
        with unit_of_work(sessions) as session:
            waiting = notifications.claim(session, key, now=now(), lease=LEASE)
        if waiting is None:
            break
        with read_session(sessions) as session:
            letter = _letter(session, key, waiting, now())
        outcome = send(letter)
        counts[_note(sessions, waiting, outcome, now())] += 1
    return counts


def _letter(session: Session, key: AccountKey, waiting: Waiting, now: datetime) -> Letter:
    text, question = waiting.text, None
    if waiting.approval_id is not None:
        kept = approvals.get(session, key, waiting.approval_id)
        if kept is not None and kept.state is ProposalState.PROPOSED:
            question = Question(kept.proposal.id, kept.proposal.order.intent_hash)
        # Nobody is asked what can no longer be answered.
        if kept is None or question is None or kept.proposal.expires_at <= now:
            text, question = f"This is over; there is nothing to answer.\n{text}", None
    picture = charts.load(session, waiting.picture_sha256) if waiting.picture_sha256 else None
    return Letter(waiting.chat_id, text, waiting.is_silent, picture, question)


def _note(
    sessions: sessionmaker[Session], waiting: Waiting, outcome: SendOutcome, now: datetime
) -> Sent:
    with unit_of_work(sessions) as session:
        match outcome:
            case Delivered(message_id):
                notifications.mark_sent(session, waiting.id, message_id=message_id, now=now)
                return Sent.DELIVERED
            case Undeliverable(detail):
                notifications.give_up(session, waiting.id, error=detail, now=now)
                log.error("message given up", chat=waiting.chat_id, error=detail)
                return Sent.GIVEN_UP
            case Delayed(detail, wait):
                # One sender serves all, so there is no crowd to spread: no luck in the pause.
                pause = wait or RETRIES.pause(waiting.attempts, 1)
                notifications.delay(session, waiting.id, until=now + pause, error=detail)
                return Sent.DELAYED
