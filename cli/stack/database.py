"""The desk's database while a command runs: the owner's PostgreSQL, or an embedded one."""

from collections.abc import Iterator
from contextlib import contextmanager

from config.settings import Settings
from db import migrate
from db.embedded import EmbeddedPostgres
from db.engine import create_engine

FOLDER = "postgres"
"""Where in the data folder the embedded server lives."""


@contextmanager
def open_database(settings: Settings) -> Iterator[str]:
    """The URL of a database with this program's schema, for as long as the block runs.

    The embedded server is started, upgraded and stopped again. A server of the owner's is never
    upgraded behind the owner's back.

    Raises:
        MisconfiguredError: it cannot be reached or is not upgraded, or another process uses the
            data folder.
    """
    given = settings.database_url.get_secret_value()
    if given:
        _require_current(given)
        yield given
        return
    with EmbeddedPostgres(settings.data_folder / FOLDER) as server:
        migrate.upgrade(server.url)
        yield server.url


def _require_current(url: str) -> None:
    engine = create_engine(url)
    try:
        migrate.require_current(engine)
    finally:
        engine.dispose()
