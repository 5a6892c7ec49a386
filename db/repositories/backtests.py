"""What was asked of the past and what it answered, written as it becomes known."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.base import Json
from db.driver import driver_cursor
from db.models import BacktestPartRow, BacktestRow, BacktestTradeRow
from db.repositories.rows import columns_of, value_of
from db.states import BacktestExit, BacktestKind, BacktestState
from trading.candles import Interval
from trading.checks import require, require_utc
from trading.errors import MisconfiguredError
from trading.positions import Direction


@dataclass(frozen=True, slots=True)
class NewBacktest:
    """What is about to be run; the columns of `BacktestRow` that are known before."""

    kind: BacktestKind
    strategy: str
    parameters: Json
    symbols: list[str]
    interval: Interval
    since: datetime
    until: datetime
    rules: Json
    data_hash: str
    code_version: str
    seed: int
    combinations: int = 1
    parent_id: UUID | None = None

    def __post_init__(self) -> None:
        require_utc("backtest since", self.since)
        require_utc("backtest until", self.until)


@dataclass(frozen=True, slots=True)
class StoredTrade:
    """One round trip in the exchange's digits; the columns of `BacktestTradeRow`."""

    number: int
    symbol: str
    direction: Direction
    entered_at: datetime
    left_at: datetime
    quantity: Decimal
    entry_price: Decimal
    exit_price: Decimal
    gross_usdt: Decimal
    fees_usdt: Decimal
    funding_usdt: Decimal
    net_usdt: Decimal
    risk_usdt: Decimal | None
    r_multiple: Decimal | None
    adverse_fraction: Decimal
    favourable_fraction: Decimal
    reason: BacktestExit
    is_ambiguous: bool


@dataclass(frozen=True, slots=True)
class LeftSweep:
    """What is needed to go on with a sweep: how it was asked, and of which candles."""

    parameters: Json
    data_hash: str


def begin(session: Session, new: NewBacktest, *, now: datetime) -> UUID:
    """Record that it runs from `now` on; its id."""
    require_utc("backtest created_at", now)
    row = BacktestRow(**columns_of(new), state=BacktestState.RUNNING, created_at=now)
    session.add(row)
    session.flush()
    return row.id


def finish(
    session: Session, backtest_id: UUID, *, metrics: Json, badges: Json, now: datetime
) -> None:
    """Fill in what it found; only a running one can finish."""
    ended = {"metrics": metrics, "badges": badges, "detail": ""}
    _change(session, backtest_id, BacktestState.FINISHED, ended_at=now, **ended)


def break_off(
    session: Session, backtest_id: UUID, state: BacktestState, *, detail: str, now: datetime
) -> None:
    """Record that it was interrupted or failed, and why."""
    require(
        state in {BacktestState.INTERRUPTED, BacktestState.FAILED},
        f"a backtest cannot be broken off as {state}; it is interrupted or failed",
    )
    _change(session, backtest_id, state, ended_at=now, detail=detail)


def go_on(session: Session, backtest_id: UUID) -> LeftSweep:
    """Take up a sweep that was left: it runs again, and its finished parts count.

    Raises:
        MisconfiguredError: there is no such sweep, or it has finished.
    """
    row = session.get(BacktestRow, backtest_id, with_for_update=True)
    if row is None or row.kind is BacktestKind.SINGLE:
        message = f"no sweep {backtest_id} is stored; `autotrader sweep --list` names them"
        raise MisconfiguredError(message)
    if row.state is BacktestState.FINISHED:
        message = f"sweep {backtest_id} has finished; there is nothing to resume"
        raise MisconfiguredError(message)
    row.state, row.ended_at, row.detail = BacktestState.RUNNING, None, ""
    session.flush()
    return value_of(LeftSweep, row)


def add_part(
    session: Session, backtest_id: UUID, number: int, *, combinations: int, results: Json
) -> None:
    """Keep a finished part; one that is kept already stays as it is."""
    values = {"number": number, "combinations": combinations, "results": results}
    statement = insert(BacktestPartRow).on_conflict_do_nothing()
    session.execute(statement, [{"backtest_id": backtest_id, **values}])


def parts_of(session: Session, backtest_id: UUID) -> Mapping[int, Json]:
    """What every finished part of a sweep found, by its number."""
    statement = (
        select(BacktestPartRow.number, BacktestPartRow.results)
        .where(BacktestPartRow.backtest_id == backtest_id)
        .order_by(BacktestPartRow.number)
    )
    return {row.number: row.results for row in session.execute(statement)}


_TRADE_COLUMNS = tuple(field.name for field in fields(StoredTrade))


def add_trades(session: Session, backtest_id: UUID, trades: Iterable[StoredTrade]) -> None:
    """Store its trades. By COPY: a year of minutes leaves more than ten thousand of them."""
    columns = ", ".join(("backtest_id", *_TRADE_COLUMNS))
    statement = f"COPY {BacktestTradeRow.__tablename__} ({columns}) FROM STDIN"
    with driver_cursor(session) as cursor, cursor.copy(statement) as copy:
        for trade in trades:
            copy.write_row((backtest_id, *(getattr(trade, name) for name in _TRADE_COLUMNS)))


def _change(session: Session, backtest_id: UUID, state: BacktestState, **columns: object) -> None:
    changed = session.execute(
        update(BacktestRow)
        .where(BacktestRow.id == backtest_id, BacktestRow.state == BacktestState.RUNNING)
        .values(state=state, **columns)
        .returning(BacktestRow.id)
    ).one_or_none()
    require(
        changed is not None, f"backtest {backtest_id} does not run, so it cannot become {state}"
    )
