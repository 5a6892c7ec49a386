"""The composition root of backtests: from the owner's settings to what a backtest reads from.

Apart from `tasks.resources`, because a trading cycle must not wait for the libraries of backtests
to be imported, nor a backtest for those of the exchange and the model.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session, sessionmaker

from adapters.candle_files.folder import FolderCandles
from adapters.candle_files.series_cache import SeriesCache
from config.fingerprint import code_version
from config.settings import Settings
from db.engine import EngineOptions, open_engine
from db.keys import AccountKey
from db.migrate import require_current
from db.unit_of_work import session_factory
from tasks.backtesting.archive import Archive
from tasks.backtesting.questions import Question
from tasks.candle_store.source import CandleSource
from tasks.candle_store.stored import StoredCandles
from tasks.clock import wall_time
from trading.errors import MisconfiguredError

CACHE = "candles"
"""Where in the data folder arrays that were read once are kept."""


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


def archive_of(settings: Settings, sessions: sessionmaker[Session] | None) -> Archive:
    """What backtests of this desk read from; without `sessions` they are kept nowhere."""
    return Archive(
        candles=CandlePlaces(settings, sessions),
        sessions=sessions,
        account=AccountKey(settings.environment, settings.account),
        policy=settings.risk_policy(),
        code_version=code_version(),
        now=wall_time,
    )


@dataclass(frozen=True, slots=True)
class CandlePlaces:
    """Chooses where the candles of a question come from."""

    settings: Settings
    sessions: sessionmaker[Session] | None

    def __call__(self, question: Question) -> CandleSource:
        """The folder of the question, or the database.

        Raises:
            MisconfiguredError: it has no folder, and this backtest runs without a database.
        """
        if question.folder is not None:
            return FolderCandles(question.folder)
        if self.sessions is None:
            message = "without the database candles come from a folder; name one with --data"
            raise MisconfiguredError(message)
        market = question.market or self.settings.environment.value
        cache = SeriesCache(self.settings.data_folder / CACHE)
        return StoredCandles(self.sessions, market, cache.remember)
