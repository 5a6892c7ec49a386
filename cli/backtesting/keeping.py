"""A backtest by hand that needs the desk's database: for its candles, or to be kept."""

from uuid import UUID

from cli.backtesting.archive import archive_by_hand
from config.settings import Settings
from tasks.backtesting.keeping import keep_report
from tasks.backtesting.questions import Question
from tasks.backtesting.running import Effort, judge, run_case
from trading.backtest.report import Report


def answered_with_database(
    settings: Settings, question: Question, effort: Effort, *, store: bool
) -> tuple[Report, UUID | None]:
    """The report, and its id where it is to be stored."""
    with archive_by_hand(settings) as archive:
        case = archive.read(question)
        report = judge(case, run_case(case), effort)
        return report, keep_report(archive, case, report) if store else None
