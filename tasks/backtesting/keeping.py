"""What a backtest leaves in the database."""

from dataclasses import asdict, replace
from uuid import UUID

from sqlalchemy.orm import Session

from db.base import Json
from db.repositories import backtests
from db.repositories.backtests import NewBacktest
from db.states import BacktestKind
from db.unit_of_work import unit_of_work
from tasks.backtesting.archive import Archive
from tasks.backtesting.case import Case
from tasks.backtesting.loading import Loaded
from tasks.backtesting.rounding import stored_trades
from trading.backtest.report import Report
from trading.errors import MisconfiguredError


def keep_report(archive: Archive, case: Case, report: Report) -> UUID:
    """Store a finished backtest with its trades, in one transaction; its id."""
    with unit_of_work(archive.kept_in) as session:
        return store_report(session, archive, case, report)


def store_report(
    session: Session,
    archive: Archive,
    case: Case,
    report: Report,
    *,
    parent_id: UUID | None = None,
) -> UUID:
    """A finished backtest with its trades, as part of the caller's transaction; its id."""
    new = described(case)
    backtest_id = backtests.begin(session, replace(new, parent_id=parent_id), now=archive.now())
    finish_with(session, archive, backtest_id, report)
    return backtest_id


def finish_with(
    session: Session, archive: Archive, backtest_id: UUID, report: Report, **more: object
) -> None:
    """Fill in the judgement and the trades of one that runs; `more` goes beside its figures.

    So do the finer candles that were looked at, with the share of the bars they fill.
    """
    backtests.add_trades(session, backtest_id, stored_trades(report.ran.backtest))
    looked = [{**asdict(one), "interval": one.interval.value} for one in report.inside]
    metrics = {**figures_of(report), "inside_bars": looked, **more}
    badges = badges_of(report)
    backtests.finish(session, backtest_id, metrics=metrics, badges=badges, now=archive.now())


def described(
    case: Case, *, kind: BacktestKind = BacktestKind.SINGLE, combinations: int = 1
) -> NewBacktest:
    """A question as it is stored: with it and the same candles the answer can be made again."""
    question = case.question
    return NewBacktest(
        kind=kind,
        strategy=question.strategy,
        parameters=dict(question.parameters),
        symbols=list(question.symbols),
        interval=question.interval,
        since=question.since,
        until=question.until,
        rules=question.choices().model_dump(mode="json"),
        data_hash=case.loaded.data_hash,
        code_version=case.code_version,
        seed=question.seed,
        combinations=combinations,
    )


def figures_of(report: Report) -> Json:
    """Every figure with its interval, unit and note, by name."""
    return {
        name: {
            "value": figure.value,
            "low": figure.low,
            "high": figure.high,
            "unit": str(figure.unit),
            "note": figure.note,
        }
        for name, figure in report.figures().items()
    }


def badges_of(report: Report) -> Json:
    """Level and sentence of every badge, by name."""
    return {
        badge.name: {"level": str(badge.level), "sentence": badge.sentence}
        for badge in report.badges
    }


def require_same_data(loaded: Loaded, data_hash: str) -> None:
    """Refuse candles that are not those a sweep was begun with.

    Raises:
        MisconfiguredError: they differ, so its parts would not belong together.
    """
    if loaded.data_hash != data_hash:
        message = (
            f"the candles of {loaded.source} are not those the sweep was begun with (SHA-256 "
            f"{loaded.data_hash[:12]}, then {data_hash[:12]}); begin it anew"
        )
        raise MisconfiguredError(message)
