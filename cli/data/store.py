"""The database's candles, for as long as a command runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from cli.database import desk_database
from config.environments import Environment
from config.settings import Settings
from db.engine import EngineOptions, open_engine
from db.migrate import require_current
from db.unit_of_work import session_factory
from tasks.candle_store.stored import StoredCandles

_PATIENCE = timedelta(minutes=5)
"""How long a check of all candles of a symbol may take in the database."""


@dataclass(frozen=True, slots=True)
class OpenStore:
    """The stored candles of a market, and where their database is."""

    candles: StoredCandles
    database_url: str


@contextmanager
def open_store(settings: Settings, market: Environment | None) -> Iterator[OpenStore]:
    """The candles of a market; without one, of the settings' environment."""
    options = EngineOptions(application_name="data", statement_timeout=_PATIENCE)
    with desk_database(settings) as url, open_engine(url, options) as engine:
        require_current(engine)
        chosen = market or settings.environment
        yield OpenStore(StoredCandles(session_factory(engine), chosen.value), url)
