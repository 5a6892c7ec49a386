"""What the owner reads when the database cannot be used."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from db.engine import EngineOptions, create_engine
from trading.errors import MisconfiguredError

NOBODY = "postgresql://desk:hunter2@127.0.0.1:1/desk"


def test_an_unreachable_database_is_named_with_its_setting_and_a_masked_password() -> None:
    engine = create_engine(NOBODY)
    with pytest.raises(MisconfiguredError) as refused:
        engine.connect()
    message = str(refused.value)
    assert "AUTOTRADER_DATABASE_URL (postgresql+psycopg://desk:***@127.0.0.1:1/desk)" in message
    assert "start PostgreSQL or correct the setting" in message
    assert "hunter2" not in message


def test_a_database_that_does_not_exist_is_named(own_database_url: str) -> None:
    missing = make_url(own_database_url).set(database="no_such_database")
    engine = create_engine(missing.render_as_string(hide_password=False))
    with pytest.raises(MisconfiguredError, match='"no_such_database" does not exist'):
        engine.connect()


@pytest.mark.parametrize(
    "url",
    ["sqlite:///trading.db", "mysql://desk:hunter2@host/desk", "postgresql+asyncpg://host/db"],
)
def test_another_database_is_refused_at_once(url: str) -> None:
    with pytest.raises(
        MisconfiguredError, match="is not PostgreSQL; allowed: postgresql://"
    ) as no:
        create_engine(url)
    assert "hunter2" not in str(no.value)


def test_a_malformed_url_is_refused_without_repeating_it() -> None:
    with pytest.raises(MisconfiguredError, match="is not a URL") as refused:
        create_engine("desk:hunter2@host")
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_common_spelling_of_postgresql_is_accepted(scheme: str) -> None:
    assert create_engine(f"{scheme}://host/db").url.drivername == "postgresql+psycopg"


def test_connections_are_in_utc_named_and_bounded(own_database_url: str) -> None:
    options = EngineOptions(
        application_name="autotrader worker",
        statement_timeout=timedelta(seconds=7),
        lock_timeout=timedelta(seconds=3),
    )
    engine = create_engine(own_database_url, options)
    with engine.connect() as connection:
        shown = {
            name: connection.scalar(text(f"SHOW {name}"))
            for name in ("timezone", "application_name", "statement_timeout", "lock_timeout")
        }
    engine.dispose()
    assert shown == {
        "timezone": "UTC",
        "application_name": "autotrader worker",
        "statement_timeout": "7s",
        "lock_timeout": "3s",
    }


def test_an_error_inside_a_connection_is_not_taken_for_a_wrong_setting(engine: Engine) -> None:
    with engine.connect() as connection, pytest.raises(ProgrammingError):
        connection.execute(text("SELECT * FROM no_such_table"))


def test_waiting_for_a_lock_ends_after_the_lock_timeout(own_database_url: str) -> None:
    engine = create_engine(own_database_url, EngineOptions(lock_timeout=timedelta(seconds=0.05)))
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with engine.begin() as connection:
            connection.execute(text("LOCK TABLE capacity"))
            held.set()
            done.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(10)
    with engine.begin() as connection, pytest.raises(OperationalError, match="lock timeout"):
        connection.execute(text("LOCK TABLE capacity"))
    done.set()
    holder.join()
    engine.dispose()
