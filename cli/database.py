"""The desk's database for a command by hand: one that runs, or one started and stopped here."""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import SecretStr
from sqlalchemy.orm import Session

from cli.settings import load_settings
from cli.stack.database import FOLDER, open_database
from config.current import settings_in_force
from config.settings import Settings
from db.embedded import EmbeddedPostgres
from db.engine import create_engine
from db.keys import AccountKey
from db.migrate import require_current
from db.unit_of_work import read_session, session_factory


@contextmanager
def desk_in_force() -> Iterator[Settings]:
    """The owner's settings with a database that runs; flows inside the block use them."""
    settings = load_settings()
    with desk_database(settings) as url:
        settings = with_database(settings, url)
        with settings_in_force(settings):
            yield settings


def account_of(settings: Settings) -> AccountKey:
    """Whose rows of the database are meant."""
    return AccountKey(settings.environment, settings.account)


def with_database(settings: Settings, url: str) -> Settings:
    """The same settings with the address of a database that runs."""
    return settings.model_copy(update={"database_url": SecretStr(url)})


@contextmanager
def desk_database(settings: Settings) -> Iterator[str]:
    """The URL of the desk's database: the owner's, the one that `up` runs, or one started here.

    Raises:
        MisconfiguredError: it cannot be reached or its schema is not this program's.
    """
    if (url := running_database(settings)) is not None:
        yield url
        return
    with open_database(settings) as url:
        yield url


def running_database(settings: Settings) -> str | None:
    """The URL of the embedded database if another process runs it now."""
    if settings.database_url.get_secret_value():
        return None
    server = embedded_database(settings)
    return server.url if server.process_id is not None else None


def embedded_database(settings: Settings) -> EmbeddedPostgres:
    """The embedded server of the data folder, running or not."""
    return EmbeddedPostgres(settings.data_folder / FOLDER)


@contextmanager
def database_session(settings: Settings) -> Iterator[Session]:
    """A session that reads one moment of the desk's database."""
    with desk_database(settings) as url:
        engine = create_engine(url)
        try:
            require_current(engine)
            with read_session(session_factory(engine)) as session:
                yield session
        finally:
            engine.dispose()
