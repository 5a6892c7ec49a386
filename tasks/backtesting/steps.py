"""The steps of a backtest as Prefect shows them, and the pages it keeps of them."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from prefect.artifacts import create_markdown_artifact

from config.settings import Settings
from tasks.backtesting.archive import Archive
from tasks.backtesting.case import Case
from tasks.backtesting.concluding import conclude
from tasks.backtesting.keeping import keep_report
from tasks.backtesting.pages import backtest_page, sweep_page
from tasks.backtesting.questions import Question
from tasks.backtesting.running import QUICK, Effort, judge, run_case
from tasks.backtesting.sweeping import Swept
from tasks.backtesting.sweeps import Sweep
from tasks.policies import AT_MOST_ONCE, SAFE_TO_RETRY
from tasks.steps import step
from trading.backtest.ran import Ran
from trading.backtest.report import Report


def effort_of(*, quick: bool) -> Effort:
    """How much is computed beside the run itself."""
    return QUICK if quick else Effort()


def usual_question(settings: Settings, now: datetime, length: timedelta) -> Question:
    """What the desk's own analyst would have done with the desk's symbols, up to now."""
    until = settings.interval.floor(now)
    return Question(
        strategy="technical",
        symbols=settings.symbols,
        interval=settings.interval,
        since=until - length,
        until=until,
    )


@step(name="read-market", task_run_name="read the market", **SAFE_TO_RETRY)
def read_market(archive: Archive, question: Question) -> Case:
    """The candles of a question and its strategy."""
    return archive.read(question)


@step(name="run-strategy", task_run_name="run the strategy", **SAFE_TO_RETRY)
def run_strategy(case: Case) -> Ran:
    """The trades of a question."""
    return run_case(case)


@step(name="judge-run", task_run_name="judge the run", **SAFE_TO_RETRY)
def judge_run(case: Case, ran: Ran, effort: Effort) -> Report:
    """What the trades prove: metrics with intervals, baselines, badges."""
    return judge(case, ran, effort)


# Twice would be two backtests in the list.
@step(name="keep-run", task_run_name="keep the run", **AT_MOST_ONCE)
def keep_run(archive: Archive, case: Case, report: Report) -> UUID:
    """The id under which the run is stored."""
    return keep_report(archive, case, report)


@step(name="conclude-sweep", task_run_name="judge the best", **AT_MOST_ONCE)
def conclude_sweep(archive: Archive, sweep: Sweep, swept: Swept, effort: Effort) -> Report | None:
    """The report of the best combination; sweep and report are stored."""
    return conclude(archive, sweep, swept, effort)


@step(name="write-page", task_run_name="write the page", **SAFE_TO_RETRY)
def write_page(archive: Archive, backtest_id: UUID, report: Report) -> Path:
    """Where the whole report of a backtest, or of the best of a sweep, is as one HTML page."""
    return archive.pages(backtest_id, report)


@step(name="publish-backtest", task_run_name="publish", **SAFE_TO_RETRY)
def publish_backtest(backtest_id: UUID, report: Report, page: Path) -> None:
    """A Markdown page of the backtest in Prefect's UI, which says where the HTML page is."""
    create_markdown_artifact(
        key="backtest",
        markdown=backtest_page(backtest_id, report, page),
        description=f"Backtest {backtest_id}",
    )


@step(name="publish-sweep", task_run_name="publish", **SAFE_TO_RETRY)
def publish_sweep(archive: Archive, sweep: Sweep, swept: Swept, report: Report | None) -> None:
    """A Markdown page of the sweep in Prefect's UI, and the HTML page of its best."""
    page = None if report is None else archive.pages(sweep.id, report)
    create_markdown_artifact(
        key="sweep-result",
        markdown=sweep_page(sweep, swept, report, page),
        description=f"Sweep {sweep.id}",
    )
