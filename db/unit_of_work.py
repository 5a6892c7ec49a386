"""Transactions: one step is one unit of work, committed once, at its edge."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker


def session_factory(engine: Engine) -> sessionmaker[Session]:
    """Makes sessions of this engine; a row read again shows what the database holds now."""
    return sessionmaker(
        engine, expire_on_commit=False, execution_options={"populate_existing": True}
    )


def engine_of(factory: sessionmaker[Session]) -> Engine:
    """The engine that the factory's sessions use, for what needs a connection of its own."""
    with factory() as session:
        return session.get_bind().engine


@contextmanager
def unit_of_work(factory: sessionmaker[Session]) -> Iterator[Session]:
    """A session that is committed when the block ends and rolled back when it raises."""
    with factory.begin() as session:
        yield session


@contextmanager
def read_session(factory: sessionmaker[Session]) -> Iterator[Session]:
    """A session that sees one moment of the database and cannot write."""
    with factory() as session:
        session.connection(
            execution_options={
                "isolation_level": "REPEATABLE READ",
                "postgresql_readonly": True,
            }
        )
        yield session
