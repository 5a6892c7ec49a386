"""The connection pool to PostgreSQL and what to tell the owner when there is no connection."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine, ExceptionContext, event, make_url
from sqlalchemy import create_engine as create_sqlalchemy_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from trading.canonical import canonical
from trading.errors import MisconfiguredError

SETTING = "AUTOTRADER_DATABASE_URL"
DRIVER = "postgresql+psycopg"
_SCHEMES = frozenset({"postgres", "postgresql", DRIVER})

UNREACHABLE = (MisconfiguredError, OperationalError, InterfaceError, PoolTimeoutError)
"""What a use of the database raises while it is away, restarting, full or locked for too long."""


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How a process uses the database.

    `application_name` is what the database's own views show. A statement is cancelled after
    `statement_timeout`, a wait for another transaction's row after `lock_timeout`. At most
    `pool_size` + `pool_overflow` connections are open; the overflow is closed after each use, and
    opening a connection takes as long as twenty queries. Without `waits_for_disk` a power cut may
    undo the last second of commits; for counts that are worth nothing after it. With
    `autocommit` each statement is a transaction of its own, unless one is asked for.
    """

    application_name: str = "autotrader"
    statement_timeout: timedelta = timedelta(seconds=30)
    lock_timeout: timedelta = timedelta(seconds=10)
    connect_timeout: timedelta = timedelta(seconds=5)
    pool_size: int = 5
    pool_overflow: int = 10
    waits_for_disk: bool = True
    autocommit: bool = False


def create_engine(url: str, options: EngineOptions | None = None) -> Engine:
    """A pool of connections in UTC. Nothing connects until the first query.

    Raises:
        MisconfiguredError: now, if the URL is not one of PostgreSQL; at the first query, if the
            database does not answer or refuses the login. The password is masked.
    """
    options = options or EngineOptions()
    engine = create_sqlalchemy_engine(
        parse_url(url),
        pool_size=options.pool_size,
        max_overflow=options.pool_overflow,
        pool_pre_ping=True,
        # The connection used last: who needs few opens few, whatever the size of the pool.
        pool_use_lifo=True,
        json_serializer=_to_json,
        isolation_level="AUTOCOMMIT" if options.autocommit else "READ COMMITTED",
        connect_args=_connect_arguments(options),
    )
    event.listen(engine, "handle_error", _explain_unreachable)
    return engine


@contextmanager
def open_engine(url: str, options: EngineOptions | None = None) -> Iterator[Engine]:
    """A pool of connections for as long as the block runs; see `create_engine`."""
    engine = create_engine(url, options)
    try:
        yield engine
    finally:
        engine.dispose()


def parse_url(url: str) -> URL:
    """The URL with our driver. Refuses other databases, and never repeats a malformed URL."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        message = f"{SETTING} is not a URL; allowed: postgresql://user:password@host:port/database"
        raise MisconfiguredError(message) from None
    if parsed.drivername not in _SCHEMES:
        message = (
            f"{SETTING} is {masked(parsed)}, which is not PostgreSQL; "
            "allowed: postgresql://user:password@host:port/database"
        )
        raise MisconfiguredError(message)
    return parsed.set(drivername=DRIVER)


def masked(url: URL) -> str:
    """The URL with its password replaced by ***."""
    return url.render_as_string(hide_password=True)


def _connect_arguments(options: EngineOptions) -> dict[str, object]:
    settings: dict[str, str | int] = {
        "timezone": "UTC",
        "statement_timeout": _milliseconds(options.statement_timeout),
        "lock_timeout": _milliseconds(options.lock_timeout),
        # A worker that hangs inside a transaction must not hold the capacity row for ever.
        "idle_in_transaction_session_timeout": _milliseconds(2 * options.statement_timeout),
    }
    if not options.waits_for_disk:
        settings["synchronous_commit"] = "off"
    return {
        "application_name": options.application_name,
        "connect_timeout": max(1, round(options.connect_timeout.total_seconds())),
        "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
    }


def _explain_unreachable(context: ExceptionContext) -> None:
    is_connecting = context.connection is None
    if not is_connecting or not isinstance(context.sqlalchemy_exception, OperationalError):
        return
    url = context.engine.url if context.engine is not None else None
    where = f" ({masked(url)})" if url is not None else ""
    message = (
        f"the database of {SETTING}{where} cannot be used: "
        f"{' '.join(str(context.original_exception).split())}; "
        "start PostgreSQL or correct the setting"
    )
    raise MisconfiguredError(message) from context.original_exception


def _milliseconds(length: timedelta) -> int:
    return round(length.total_seconds() * 1000)


def _to_json(value: object) -> str:
    return json.dumps(value, default=canonical, ensure_ascii=False)
