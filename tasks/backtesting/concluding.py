"""What a sweep comes to: its best combination judged by all that was tried, and kept."""

from typing import cast

from sqlalchemy.orm import Session

from db.base import Json
from db.repositories import backtests
from db.unit_of_work import unit_of_work
from tasks.backtesting.archive import Archive
from tasks.backtesting.keeping import badges_of, finish_with, store_report
from tasks.backtesting.part_results import Line, PartResult
from tasks.backtesting.questions import Question, split
from tasks.backtesting.running import Effort, judge, run_case
from tasks.backtesting.surfaces import surface_of
from tasks.backtesting.sweeping import Swept
from tasks.backtesting.sweeps import Sweep
from tasks.backtesting.walking import Step, steps_of, walk
from trading.backtest.report import Report

_USUAL = Effort()


def conclude(
    archive: Archive, sweep: Sweep, swept: Swept, effort: Effort = _USUAL
) -> Report | None:
    """The report of the best combination, or of the walk-forward; None if nothing was judged.

    The deflated Sharpe ratio in it knows how many combinations were tried. Both the sweep and its
    best run are stored.
    """
    if sweep.windows:
        return _conclude_walk(archive, sweep, swept, effort)
    best = swept.best
    if best is None:
        with unit_of_work(archive.kept_in) as session:
            _finish(session, archive, sweep, swept.result, badges={})
        return None
    case = sweep.case.asking(best_question(sweep.case.question, best))
    surface = surface_of(sweep.question, swept.result.scores)
    report = judge(case, run_case(case), effort, trials=swept.result.trials, surface=surface)
    # At once: a sweep that is resumed because this broke off must not find its best stored.
    with unit_of_work(archive.kept_in) as session:
        store_report(session, archive, case, report, parent_id=sweep.id)
        _finish(session, archive, sweep, swept.result, badges=badges_of(report))
    return report


def best_question(base: Question, best: Line) -> Question:
    """The question that only asks for the best combination."""
    ours, rules = split(best.combination)
    return base.model_copy(
        update={
            "parameters": {**base.parameters, **ours},
            "rules": {**base.rules, **rules},
        }
    )


def _conclude_walk(archive: Archive, sweep: Sweep, swept: Swept, effort: Effort) -> Report:
    """The tests of all windows as one account. Nobody chose by them, so one trial is counted."""
    steps = steps_of(sweep, swept.windows)
    ran = walk(sweep.ground(), steps)
    report = judge(sweep.case.over(ran.market), ran, effort)
    with unit_of_work(archive.kept_in) as session:
        finish_with(
            session,
            archive,
            sweep.id,
            report,
            sweep=summary_of(swept.result),
            windows=[_told(step) for step in steps],
        )
    return report


def _finish(
    session: Session, archive: Archive, sweep: Sweep, result: PartResult, *, badges: Json
) -> None:
    metrics: Json = {"sweep": summary_of(result)}
    backtests.finish(session, sweep.id, metrics=metrics, badges=badges, now=archive.now())


def summary_of(result: PartResult) -> Json:
    """Counts and best lines of a sweep; the scores of its grid stay with its parts."""
    return cast("Json", result.model_dump(mode="json", exclude={"scores"}))


def _told(step: Step) -> Json:
    window = step.window
    return {
        "train_from": window.train_from.isoformat(),
        "test_from": window.test_from.isoformat(),
        "until": window.until.isoformat(),
        "chosen": None if step.chosen is None else step.chosen.model_dump(mode="json"),
    }
