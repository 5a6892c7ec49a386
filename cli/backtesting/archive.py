"""The archive of a backtest by hand: with the desk's database, or without any."""

from collections.abc import Iterator
from contextlib import contextmanager

from cli.desk import desk_database, with_database
from config.settings import Settings
from tasks.backtesting.archive import Archive
from tasks.backtesting.resources import archive_of, open_archive


@contextmanager
def archive_by_hand(settings: Settings, *, with_database_too: bool) -> Iterator[Archive]:
    """What a backtest reads from; without the database nothing is kept and nothing is started.

    Raises:
        MisconfiguredError: the database cannot be reached or is not this program's.
    """
    if not with_database_too:
        yield archive_of(settings, None)
        return
    with (
        desk_database(settings) as url,
        open_archive(with_database(settings, url), role="backtest") as archive,
    ):
        yield archive
