"""A migrated PostgreSQL for every test, and an environment without the developer's settings."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy import create_engine as create_plain_engine
from sqlalchemy.orm import Session, sessionmaker

from db import migrate
from db.embedded import EmbeddedPostgres
from db.engine import EngineOptions, create_engine
from db.unit_of_work import session_factory as make_factory
from tests.fixtures.desk_fixtures import busy_venue, market_folder, quiet_venue
from tests.fixtures.prefect_server import prefect_server

__all__ = ["busy_venue", "market_folder", "prefect_server", "quiet_venue"]
"""Of the whole session: imported in two folders, each would be started twice."""

OURS = ("AUTOTRADER_", "PREFECT_")
KEPT = {"AUTOTRADER_REAL_DATA"}
"""The one variable that is meant for tests: it names the folder of real data."""


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(OURS) and name not in KEPT:
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """The server of this test process. It forgets everything, so it need not wait for the disk."""
    # Not pytest's tmp_path: the path of a socket is limited to about 100 bytes.
    folder = Path(tempfile.mkdtemp(prefix="desk-"))
    fast = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
    try:
        with EmbeddedPostgres(folder, settings=fast) as server:
            yield server
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def _administration(postgres: EmbeddedPostgres) -> Iterator[Engine]:
    """Creates and drops databases, from one that is nobody's."""
    url = make_url(postgres.url).set(database="postgres")
    engine = create_plain_engine(url, isolation_level="AUTOCOMMIT", pool_size=1)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def _template(postgres: EmbeddedPostgres) -> str:
    """The migrated database that others are copied from; nobody connects to it."""
    migrate.upgrade(postgres.url)
    return str(make_url(postgres.url).database)


@pytest.fixture(scope="session")
def database_url(
    postgres: EmbeddedPostgres, _administration: Engine, _template: str
) -> Iterator[str]:
    """A migrated database that tests share; they leave nothing in it."""
    with _database(postgres, _administration, template=_template) as url:
        yield url


@pytest.fixture(scope="session")
def desk_database_url(
    postgres: EmbeddedPostgres, _administration: Engine, _template: str
) -> Iterator[str]:
    """A migrated database that desks share; each has an account of its own in it."""
    with _database(postgres, _administration, template=_template) as url:
        yield url


@pytest.fixture(scope="session")
def _shared_engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def _transaction(_shared_engine: Engine) -> Iterator[Connection]:
    with _shared_engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


@pytest.fixture
def session(_shared_engine: Engine, _transaction: Connection) -> Iterator[Session]:
    """A session whose work, commits included, is rolled back after the test."""
    factory = make_factory(_shared_engine)
    with factory(bind=_transaction, join_transaction_mode="create_savepoint") as opened:
        yield opened


@pytest.fixture
def own_database_url(
    postgres: EmbeddedPostgres, _administration: Engine, _template: str
) -> Iterator[str]:
    """A migrated database of this test alone."""
    with _database(postgres, _administration, template=_template) as url:
        yield url


@pytest.fixture
def empty_database_url(postgres: EmbeddedPostgres, _administration: Engine) -> Iterator[str]:
    """A database of this test alone that was never migrated."""
    with _database(postgres, _administration, template="template0") as url:
        yield url


@pytest.fixture
def engine(own_database_url: str) -> Iterator[Engine]:
    """A pool on a database of this test alone, wide enough for fifty threads."""
    opened = create_engine(own_database_url, EngineOptions(pool_size=10, pool_overflow=45))
    yield opened
    opened.dispose()


@pytest.fixture
def session_factory(engine: Engine) -> sessionmaker[Session]:
    """Sessions on a database of this test alone, for tests that commit or run threads."""
    return make_factory(engine)


@contextmanager
def _database(
    postgres: EmbeddedPostgres, administration: Engine, *, template: str
) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    with administration.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield make_url(postgres.url).set(database=name).render_as_string(hide_password=False)
    with administration.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
