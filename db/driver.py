"""The PostgreSQL driver underneath a session, for what moves a million rows at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg import Connection, Cursor
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

POSTGRES_EPOCH_MS: Final = 946_684_800_000
"""2000-01-01 UTC, from where the binary form of timestamptz counts microseconds.

PostgreSQL 18, src/include/datatype/timestamp.h, POSTGRES_EPOCH_JDATE (read 2026-11-21).
"""

Record = tuple[Any, ...]


@contextmanager
def driver_cursor(session: Session, *, binary: bool = False) -> Iterator[Cursor[Record]]:
    """A cursor of psycopg inside the session's transaction.

    With `binary` the server sends numbers and bytes as they are, not as text.

    Raises:
        OperationalError: SQLAlchemy's, as from any other use of the session.
    """
    connection: Connection[Record] | None = session.connection().connection.driver_connection
    assert connection is not None
    try:
        with connection.cursor(binary=binary) as cursor:
            yield cursor
    except psycopg.OperationalError as error:
        raise OperationalError(None, None, error) from error
