"""The archive of backtests by hand, in the desk's database."""

from collections.abc import Iterator
from contextlib import contextmanager

from cli.database import desk_database, with_database
from config.settings import Settings
from tasks.backtesting.archive import Archive
from tasks.backtesting.opening import open_archive


@contextmanager
def archive_by_hand(settings: Settings) -> Iterator[Archive]:
    """What backtests read from and are kept in.

    Raises:
        MisconfiguredError: the database cannot be reached or is not this program's.
    """
    with (
        desk_database(settings) as url,
        open_archive(with_database(settings, url), role="backtest") as archive,
    ):
        yield archive
