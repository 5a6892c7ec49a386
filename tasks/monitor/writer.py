"""The one thread that turns pushes into rows, in the order in which they came."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from db.keys import AccountKey
from db.repositories import heartbeats
from db.seat import Seat
from tasks.monitor.delivered import Delivered
from tasks.monitor.inbox import Inbox
from tasks.monitor.recording import Recorded, record_batch
from tasks.monitor.sockets import Unread
from tasks.monitor.tally import Seen, Tally
from tasks.notifications import Recipient
from tasks.telling import tell_exits
from trading.account import Wallet
from trading.backoff import Backoff
from trading.errors import BadDataError
from trading.executions import Execution
from trading.orders import Order
from trading.positions import Position
from trading.pushes import FlatPosition, PushedRow, Quote, StreamMessage

COMPONENT = "monitor"
"""Whose heartbeat the monitor's is."""

BATCH = 500
"""Pushes of one transaction at most: more would make the first of them wait."""

_IDLE_SECONDS = 0.25
_BEAT_EVERY_SECONDS = 5.0
_ATTEMPTS = 5
_PAUSES = Backoff(timedelta(milliseconds=50), timedelta(seconds=1))

log = structlog.get_logger()

Ask = Callable[[str], None]
"""Asks for a synchronisation and says why."""


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who hears of what the writer saw: the reconciler of gaps, the guardian of every row.

    The owner hears of trades that ended, in the transaction that books them.
    """

    ask: Ask
    guard: Callable[[Sequence[PushedRow]], None]
    owner: Recipient


class Writer:
    """Drains the inbox over the connection that holds the seat."""

    def __init__(
        self,
        seat: Seat,
        key: AccountKey,
        inbox: Inbox,
        tally: Tally,
        *,
        delivered: Delivered,
        listeners: Listeners,
    ) -> None:
        self._seat = seat
        self._key = key
        self._inbox = inbox
        self._tally = tally
        self._delivered = delivered
        self._ask = listeners.ask
        self._guard = listeners.guard
        self._owner = listeners.owner
        self._sequence = 0
        self._evidence: datetime | None = None
        self._beaten_at = -_BEAT_EVERY_SECONDS

    def vouch(self, at: datetime) -> None:
        """The stream was found to have told everything up to `at`, also where it told nothing."""
        self._evidence = at

    def run(self, stop: Event) -> None:
        """Write until `stop`; what is still in the inbox then is left to the next sync.

        Raises:
            SeatLostError: another monitor may be writing by now.
            OperationalError: the database did not take a batch, however often it was tried.
        """
        while not stop.is_set():
            self.write_once(stop, wait_seconds=_IDLE_SECONDS)

    def write_once(self, stop: Event, *, wait_seconds: float) -> None:
        """Write what is in the inbox, at most one batch; beat where there is evidence to."""
        messages = self._read(self._inbox.take(BATCH, wait_seconds=wait_seconds))
        if dropped := self._inbox.take_dropped():
            self._tally.add(Seen.DROPPED, dropped)
            self._ask(f"{dropped} pushes were dropped, the database is too slow")
        if messages:
            self._write(messages, stop)
            self._evidence = max(message.pushed_at for message in messages)
        self._beat_when_due()

    def _read(self, pushes: Sequence[Unread]) -> list[StreamMessage]:
        messages = []
        for push in pushes:
            self._tally.add(Seen.MESSAGES)
            try:
                messages.append(push())
            except BadDataError as error:
                self._refuse(str(error))
        for message in messages:
            for reason in message.refused:
                self._refuse(reason)
        return messages

    def _refuse(self, reason: str) -> None:
        self._tally.add(Seen.REFUSED)
        log.warning("push refused", reason=reason)
        self._ask("a push could not be read")

    def _write(self, messages: list[StreamMessage], stop: Event) -> None:
        """Store a batch. A row that the database refuses does not take others along."""
        try:
            recorded = self._record(messages, stop)
        except (IntegrityError, DataError) as error:
            if len(messages) > 1:
                for message in messages:
                    self._write([message], stop)
                return
            self._refuse(f"{messages[0].topic}: {error.orig}")
            return
        self._count(messages, recorded)

    def _record(self, messages: list[StreamMessage], stop: Event) -> Recorded:
        failures = 0
        while True:
            try:
                with self._seat.unit_of_work() as session:
                    recorded = record_batch(
                        session, self._key, messages, sequence=self._sequence + 1
                    )
                    ended_at = max(message.pushed_at for message in messages)
                    tell_exits(session, self._owner, recorded.closed, now=ended_at)
            except OperationalError as error:
                # A deadlock or a lock that took too long; a lost connection is a SeatLostError.
                failures += 1
                self._tally.add(Seen.WRITE_RETRIES)
                if failures == _ATTEMPTS or stop.is_set():
                    raise
                log.warning("batch is written again", reason=str(error.orig))
                stop.wait(_PAUSES.pause(failures, random.random()).total_seconds())  # noqa: S311
                continue
            self._sequence += 1
            return recorded

    def _count(self, messages: list[StreamMessage], recorded: Recorded) -> None:
        rows = [row for message in messages for row in message.rows]
        for row in rows:
            self._tally.add(_kind_of(row))
        self._tally.add(Seen.COMMITS)
        self._delivered.add(rows)
        self._guard(rows)
        if recorded.left_to_sync:
            self._tally.add(Seen.FOREIGN, recorded.left_to_sync)
            self._ask("orders or fills that are not the desk's")

    def _beat_when_due(self) -> None:
        """Beat on evidence; without any, only see whether the seat is still ours."""
        now = time.monotonic()
        if now - self._beaten_at < _BEAT_EVERY_SECONDS:
            return
        self._beaten_at = now
        evidence, self._evidence = self._evidence, None
        with self._seat.unit_of_work() as session:
            if evidence is None:
                session.execute(select(1))
                return
            detail = str(self._tally)
            heartbeats.beat(session, self._key, COMPONENT, now=evidence, detail=detail)


def _kind_of(row: PushedRow) -> Seen:
    match row:
        case Order():
            return Seen.ORDERS
        case Execution():
            return Seen.EXECUTIONS
        case Position() | FlatPosition():
            return Seen.POSITIONS
        case Wallet():
            return Seen.WALLETS
        case Quote():
            return Seen.QUOTES
