"""On demand or on a schedule: what would a strategy have done?"""

from datetime import timedelta
from uuid import UUID

from prefect import flow

from config.current import current_settings
from flows.hooks import report_failure
from tasks.backtesting.opening import open_archive
from tasks.backtesting.questions import Question
from tasks.backtesting.steps import (
    effort_of,
    judge_run,
    keep_run,
    publish_backtest,
    read_market,
    run_strategy,
    usual_question,
    write_page,
)

_USUAL_DAYS = 90


@flow(
    name="backtest",
    on_failure=[report_failure],
    on_crashed=[report_failure],
    on_cancellation=[report_failure],
)
def backtest(
    question: Question | None = None, last_days: int = _USUAL_DAYS, *, quick: bool = False
) -> UUID:
    """One backtest, stored, with its page in the data folder; its id.

    Without a question it is that of the desk's own analyst, symbols and candles over the last
    days: a schedule so asks again and again how the analyst did lately. A `quick` one leaves the
    look-ahead test and the random entries out.
    """
    settings = current_settings()
    with open_archive(settings, role="backtest") as archive:
        asked = question or usual_question(settings, archive.now(), timedelta(days=last_days))
        case = read_market(archive, asked)
        report = judge_run(case, run_strategy(case), effort_of(quick=quick))
        backtest_id = keep_run(archive, case, report)
        publish_backtest(backtest_id, report, write_page(archive, backtest_id, report))
    return backtest_id
