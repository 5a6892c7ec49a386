"""The composition root of backtests: from the owner's settings to what a backtest reads from.

Apart from `tasks.resources`, because a trading cycle must not wait for the libraries of backtests
to be imported, nor a backtest for those of the exchange and the model; and apart from
`tasks.backtesting.opening`, because a backtest on files need not wait for those of the database.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from adapters.candle_files.folder import FolderCandles
from adapters.candle_files.series_cache import SeriesCache
from adapters.report.files import write_html
from config.desk import Analyst as AnalystName
from config.fingerprint import code_version
from config.settings import Settings
from tasks.backtesting.live_desk import LiveDesk
from tasks.backtesting.past import Past
from tasks.backtesting.questions import Question
from tasks.backtesting.recorded import Recorded
from tasks.candle_store.source import CandleSource
from tasks.clock import wall_time
from trading.backtest.market import Filters
from trading.backtest.report import Report
from trading.errors import MisconfiguredError
from trading.technical_analyst import TechnicalRules

CACHE = "candles"
"""Where in the data folder arrays that were read once are kept."""

REPORTS = "reports"
"""Where in the data folder the pages of backtests are that ran without a terminal."""


def past_on_files(settings: Settings) -> Past:
    """What backtests of this desk read from without its database: folders, and nothing else."""
    return Past(
        candles=folder_candles,
        filters=_no_filters,
        recorded=_no_decisions,
        desk=live_desk_of(settings),
        code_version=code_version(),
        now=wall_time,
    )


def folder_candles(question: Question) -> CandleSource:
    """The candles in the folder of the question.

    Raises:
        MisconfiguredError: it names none.
    """
    if question.folder is None:
        message = "without the database candles come from a folder; name one with --data"
        raise MisconfiguredError(message)
    return FolderCandles(question.folder)


def series_cache(settings: Settings) -> SeriesCache:
    """Arrays of stored candles in the data folder, read faster than from the tables."""
    return SeriesCache(settings.data_folder / CACHE)


def page_folder(settings: Settings) -> "PageFolder":
    """Where pages of kept backtests are written to."""
    return PageFolder(settings.data_folder / REPORTS)


def live_desk_of(settings: Settings) -> LiveDesk:
    """How the desk of these settings trades."""
    risk = settings.risk_policy()
    horizon = risk.limits.assumed_horizon  # each answer of a model plans for itself
    if settings.analyst is AnalystName.TECHNICAL:
        horizon = TechnicalRules().horizon_bars * settings.interval.length
    return LiveDesk(risk, settings.trailing_rules(), settings.lookback_candles, horizon)


@dataclass(frozen=True, slots=True)
class PageFolder:
    """A folder with a page for each backtest, named by its id."""

    folder: Path

    def __call__(self, backtest_id: UUID, report: Report) -> Path:
        """Write the page of a report, whole or not at all; where it is."""
        path = self.path_of(backtest_id)
        write_html(report, path)
        return path

    def path_of(self, backtest_id: UUID) -> Path:
        """Where the page of a backtest is, if it was written."""
        return self.folder.resolve() / f"{backtest_id}.html"


def _no_filters(_question: Question, _now: datetime) -> dict[str, Filters]:
    return {}


def _no_decisions(_question: Question) -> Recorded:
    message = "stored decisions need the database; leave --no-store away"
    raise MisconfiguredError(message)
