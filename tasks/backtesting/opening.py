"""The archive of the owner's settings, opened for a flow or a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session, sessionmaker

from config.fingerprint import code_version
from config.settings import Settings
from db.engine import EngineOptions, open_engine
from db.keys import AccountKey
from db.migrate import require_current
from db.unit_of_work import session_factory
from tasks.backtesting.archive import Archive
from tasks.backtesting.desk_records import DeskRecords
from tasks.backtesting.questions import Question
from tasks.backtesting.resources import folder_candles, live_desk_of, page_folder, series_cache
from tasks.candle_store.source import CandleSource
from tasks.candle_store.stored import StoredCandles
from tasks.clock import wall_time


@contextmanager
def open_archive(settings: Settings, *, role: str) -> Iterator[Archive]:
    """What backtests read from and are kept in; the exchange is not asked.

    Raises:
        MisconfiguredError: the database cannot be reached or is not migrated.
    """
    url = settings.database_url.get_secret_value()
    with open_engine(url, EngineOptions(application_name=role)) as engine:
        require_current(engine)
        yield archive_of(settings, session_factory(engine))


def archive_of(settings: Settings, sessions: sessionmaker[Session]) -> Archive:
    """What backtests of this desk read from and are kept in."""
    records = DeskRecords(sessions, AccountKey(settings.environment, settings.account))
    return Archive(
        candles=CandlePlaces(settings, sessions),
        filters=records.filters,
        recorded=records.recorded,
        desk=live_desk_of(settings),
        code_version=code_version(),
        now=wall_time,
        pages=page_folder(settings),
        kept_in=sessions,
    )


@dataclass(frozen=True, slots=True)
class CandlePlaces:
    """Chooses where the candles of a question come from."""

    settings: Settings
    sessions: sessionmaker[Session]

    def __call__(self, question: Question) -> CandleSource:
        """The folder of the question, or the database."""
        if question.folder is not None:
            return folder_candles(question)
        market = question.market or self.settings.environment.value
        return StoredCandles(self.sessions, market, series_cache(self.settings).remember)
