"""The one thread that writes: in order, tolerant of what cannot be stored, beating on evidence."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Event

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from db.keys import AccountKey
from db.queries.runs import heartbeats
from db.repositories import capacity
from db.seat import Seat, SeatLostError, take_seat
from db.unit_of_work import read_session
from tasks.monitor.delivered import Delivered
from tasks.monitor.inbox import Inbox
from tasks.monitor.tally import Seen, Tally
from tasks.monitor.writer import COMPONENT, Listeners, Writer
from tasks.notifications import Recipient
from tests.tasks.monitor.rows import AT, POSITION, execution
from trading.errors import BadDataError
from trading.pushes import PushedRow, Quote, StreamMessage

KEY = AccountKey("paper", "main")
QUOTE = Quote("BTCUSDT", Decimal(1), Decimal(1), Decimal(1), Decimal(1), AT)


class Bench:
    """A writer on a database of its own."""

    def __init__(self, seat: Seat, sessions: sessionmaker[Session]) -> None:
        self.inbox, self.tally, self.asked = Inbox(), Tally(), list[str]()
        self.guarded: list[PushedRow] = []
        self.sessions = sessions
        self.writer = Writer(
            seat,
            KEY,
            self.inbox,
            self.tally,
            delivered=Delivered(),
            listeners=Listeners(self.asked.append, self.guarded.extend, Recipient(KEY)),
        )

    def push(self, *rows: PushedRow, refused: tuple[str, ...] = (), at: datetime = AT) -> None:
        message = StreamMessage("test", rows, refused, at, AT)
        self.inbox.put(lambda: message)

    def write(self) -> None:
        self.writer.write_once(Event(), wait_seconds=0)

    @property
    def held(self) -> list[Decimal]:
        with read_session(self.sessions) as session:
            return [one.quantity for one in capacity.mirrored_positions(session, KEY)]

    @property
    def beat_at(self) -> datetime | None:
        with read_session(self.sessions) as session:
            beats = {beat.component: beat.beat_at for beat in heartbeats(session, KEY)}
        return beats.get(COMPONENT)


@pytest.fixture
def bench(engine: Engine, session_factory: sessionmaker[Session]) -> Iterator[Bench]:
    seat = take_seat(engine, KEY, "monitor")
    assert seat is not None
    yield Bench(seat, session_factory)
    seat.give_back()


def test_the_last_word_of_a_batch_holds(bench: Bench) -> None:
    for sequence in (1, 2, 3):
        bench.push(replace(POSITION, sequence=sequence, quantity=Decimal(sequence)))

    bench.write()

    assert bench.held == [Decimal(3)]
    assert bench.tally.counts()[Seen.COMMITS] == 1


def test_a_row_that_the_database_refuses_takes_no_other_along(bench: Bench) -> None:
    # No price can have so many digits; the database says so.
    impossible = replace(QUOTE, last=Decimal(10) ** 30)
    bench.push(POSITION)
    bench.push(impossible)
    bench.push(replace(POSITION, symbol="ETHUSDT"))

    bench.write()

    assert len(bench.held) == 2
    assert bench.tally.counts()[Seen.REFUSED] == 1
    assert bench.asked == ["a push could not be read"]


def test_a_push_that_makes_no_sense_is_counted_and_asks_for_a_sync(bench: Bench) -> None:
    def broken() -> StreamMessage:
        raise BadDataError("no topic")

    bench.inbox.put(broken)
    bench.push(POSITION, refused=("a row without a price",))

    bench.write()

    assert bench.held == [Decimal(1)]
    assert bench.tally.counts()[Seen.REFUSED] == 2
    assert bench.asked


def test_fills_of_other_hands_are_left_to_a_sync(bench: Bench) -> None:
    bench.push(execution("foreign"))

    bench.write()

    assert bench.asked == ["orders or fills that are not the desk's"]
    assert bench.tally.counts()[Seen.FOREIGN] == 1


def test_dropped_pushes_ask_for_a_sync(bench: Bench) -> None:
    bench.inbox = Inbox(most=1)
    bench.writer = Writer(
        bench.writer._seat,
        KEY,
        bench.inbox,
        bench.tally,
        delivered=Delivered(),
        listeners=Listeners(bench.asked.append, bench.guarded.extend, Recipient(KEY)),
    )
    bench.push(POSITION)
    bench.push(POSITION)

    bench.write()

    assert bench.asked == ["1 pushes were dropped, the database is too slow"]


@pytest.mark.parametrize(
    ("give", "beat"),
    [
        (lambda bench: None, None),
        (lambda bench: bench.push(QUOTE, at=AT + timedelta(seconds=3)), AT + timedelta(seconds=3)),
        (lambda bench: bench.writer.vouch(AT + timedelta(seconds=4)), AT + timedelta(seconds=4)),
    ],
    ids=["nothing", "a message", "a check that found nothing missing"],
)
def test_the_heart_beats_on_evidence_alone(
    bench: Bench, give: Callable[[Bench], None], beat: datetime | None
) -> None:
    give(bench)

    bench.write()

    assert bench.beat_at == beat


def test_a_seat_that_is_gone_ends_the_writing(bench: Bench, engine: Engine) -> None:
    with engine.begin() as other:
        other.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND "
                "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        )
    bench.push(POSITION)

    with pytest.raises(SeatLostError):
        bench.write()

    assert bench.held == []
