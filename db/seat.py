"""A seat that only one process of an account can hold: a lock in PostgreSQL, and who writes.

The lock belongs to a connection, and everything the holder writes goes through that same
connection. So there is no moment in which a process that lost the lock can still write: without
the connection it has neither.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import ColumnElement, Connection, Engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from db.keys import AccountKey
from trading.errors import AutotraderError


class SeatLostError(AutotraderError):
    """The connection that held the lock is gone; another process may have the seat by now."""


class Seat:
    """The seat as held by this process. Use `take_seat`; for one thread at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextmanager
    def unit_of_work(self) -> Iterator[Session]:
        """A session that commits when the block ends, while the seat is held.

        Raises:
            SeatLostError: the connection broke; nothing of the block was committed, or, if it
                broke in the commit itself, all of it may have been.
        """
        # SQLAlchemy would quietly open another connection, which holds no lock.
        if self._connection.invalidated or self._connection.closed:
            raise SeatLostError("the database connection that held the seat is gone")
        try:
            with Session(self._connection, expire_on_commit=False) as session, session.begin():
                yield session
        except DBAPIError as error:
            if error.connection_invalidated:
                message = f"the database connection that held the seat broke: {error.orig}"
                raise SeatLostError(message) from error
            raise

    def give_back(self) -> None:
        """Free the seat at once. The connection is closed: no lock may return to a pool."""
        if not self._connection.invalidated:
            # Said, not only hung up: the server takes a moment to see that somebody is gone.
            with suppress(DBAPIError):
                self._connection.execute(select(func.pg_advisory_unlock_all()))
            self._connection.invalidate()
        self._connection.close()


def take_seat(engine: Engine, key: AccountKey, name: str) -> Seat | None:
    """The seat `name` of an account, or None while another process holds it."""
    connection = engine.connect()
    try:
        is_ours = connection.scalar(select(func.pg_try_advisory_lock(_lock(key, name))))
        connection.commit()
    except DBAPIError:
        connection.close()
        raise
    if not is_ours:
        connection.close()
        return None
    return Seat(connection)


def is_seat_taken(session: Session, key: AccountKey, name: str) -> bool:
    """Whether some process holds the seat now. Asking does not disturb who is about to take it."""
    held = text(
        "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND objsubid = 1 AND (classid::bigint << 32) | objid::bigint = :lock)"
    )
    return bool(session.scalar(held, {"lock": session.scalar(select(_lock(key, name)))}))


def _lock(key: AccountKey, name: str) -> ColumnElement[int]:
    return func.hashtextextended(f"{name} {key.environment}/{key.account}", 0)
