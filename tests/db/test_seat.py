"""One holder at a time, who writes over the very connection that holds the lock."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from db.keys import AccountKey
from db.seat import SeatLostError, take_seat

KEY = AccountKey("paper", "main")
KILL_LOCK_HOLDERS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = "
    "(SELECT oid FROM pg_database WHERE datname = current_database())"
)


def test_a_seat_is_taken_once_and_free_when_given_back(engine: Engine) -> None:
    first = take_seat(engine, KEY, "monitor")
    assert first is not None
    assert take_seat(engine, KEY, "monitor") is None

    first.give_back()
    second = take_seat(engine, KEY, "monitor")
    assert second is not None
    second.give_back()


def test_other_accounts_and_other_seats_are_free(engine: Engine) -> None:
    seats = [
        take_seat(engine, KEY, "monitor"),
        take_seat(engine, KEY, "other"),
        take_seat(engine, AccountKey("paper", "second"), "monitor"),
        take_seat(engine, AccountKey("demo", "main"), "monitor"),
    ]

    for seat in seats:
        assert seat is not None
        seat.give_back()


def test_a_seat_survives_commits_and_failed_transactions(engine: Engine) -> None:
    seat = take_seat(engine, KEY, "monitor")
    assert seat is not None
    with seat.unit_of_work() as session:
        session.execute(text("CREATE TABLE notes (number int PRIMARY KEY)"))
    with pytest.raises(IntegrityError), seat.unit_of_work() as session:
        session.execute(text("INSERT INTO notes VALUES (1), (1)"))

    assert take_seat(engine, KEY, "monitor") is None
    with seat.unit_of_work() as session:
        session.execute(text("INSERT INTO notes VALUES (1)"))
    seat.give_back()


def test_who_lost_the_connection_writes_nothing_more(engine: Engine) -> None:
    seat = take_seat(engine, KEY, "monitor")
    assert seat is not None
    with engine.begin() as other:
        other.execute(KILL_LOCK_HOLDERS)
        other.execute(text("CREATE TABLE notes (number int PRIMARY KEY)"))

    for _ in range(2):  # SQLAlchemy would reconnect for the second one
        with pytest.raises(SeatLostError), seat.unit_of_work() as session:
            session.execute(text("INSERT INTO notes VALUES (1)"))

    successor = take_seat(engine, KEY, "monitor")
    assert successor is not None
    with successor.unit_of_work() as session:
        assert session.scalar(text("SELECT count(*) FROM notes")) == 0
    successor.give_back()
    seat.give_back()
