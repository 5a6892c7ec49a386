"""Databases of one server that are made, copied and dropped within seconds."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import make_url, text

from db.engine import EngineOptions, open_engine


def made(server_url: str, name: str) -> str:
    """The URL of a new, empty database."""
    _run(server_url, f"CREATE DATABASE {name} TEMPLATE template0")
    return _url(server_url, name)


@contextmanager
def copied(server_url: str, original: str, name: str) -> Iterator[str]:
    """The URL of a copy of a database that nobody is connected to; dropped after the block."""
    _run(server_url, f"CREATE DATABASE {name} TEMPLATE {original}")
    yield _url(server_url, name)
    _run(server_url, f"DROP DATABASE {name} WITH (FORCE)")


def _run(server_url: str, statement: str) -> None:
    # No transaction: databases are not made within one.
    options = EngineOptions(autocommit=True)
    with open_engine(_url(server_url, "postgres"), options) as engine, engine.connect() as session:
        session.execute(text(statement))


def _url(server_url: str, name: str) -> str:
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)
