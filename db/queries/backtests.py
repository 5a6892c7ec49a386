"""Backtests as lists and pages show them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.base import Json
from db.models import BacktestRow, BacktestTradeRow
from db.repositories.backtests import StoredTrade
from db.repositories.rows import value_of
from db.states import BacktestKind, BacktestState
from trading.candles import Interval


@dataclass(frozen=True, slots=True)
class BacktestLine:
    """One backtest in a table. `metrics` and `badges` are None until it has finished.

    `metrics` holds one object per figure: value, low, high, unit and note; `badges` the level and
    the sentence of each, by name.
    """

    id: UUID
    parent_id: UUID | None
    kind: BacktestKind
    state: BacktestState
    created_at: datetime
    ended_at: datetime | None
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
    combinations: int
    metrics: Json | None
    badges: Json | None
    detail: str


def recent_backtests(
    session: Session, *, kinds: tuple[BacktestKind, ...] = tuple(BacktestKind), limit: int = 50
) -> list[BacktestLine]:
    """The newest backtests of these kinds, newest first."""
    statement = (
        select(BacktestRow)
        .where(BacktestRow.kind.in_(kinds))
        .order_by(BacktestRow.created_at.desc(), BacktestRow.id.desc())
        .limit(limit)
    )
    return [value_of(BacktestLine, row) for row in session.scalars(statement)]


def backtest(session: Session, backtest_id: UUID) -> BacktestLine | None:
    """One backtest, or None."""
    row = session.get(BacktestRow, backtest_id)
    return None if row is None else value_of(BacktestLine, row)


def children_of(session: Session, backtest_id: UUID) -> list[BacktestLine]:
    """The single runs that belong to a sweep or a walk-forward, in the order they were made."""
    statement = (
        select(BacktestRow).where(BacktestRow.parent_id == backtest_id).order_by(BacktestRow.id)
    )
    return [value_of(BacktestLine, row) for row in session.scalars(statement)]


def trades_of(
    session: Session, backtest_id: UUID, *, first: int = 0, limit: int = 1000
) -> list[StoredTrade]:
    """Trades of a backtest from number `first` on, in the order of their entries."""
    statement = (
        select(BacktestTradeRow)
        .where(BacktestTradeRow.backtest_id == backtest_id, BacktestTradeRow.number >= first)
        .order_by(BacktestTradeRow.number)
        .limit(limit)
    )
    return [value_of(StoredTrade, row) for row in session.scalars(statement)]


def count_trades(session: Session, backtest_id: UUID) -> int:
    """How many trades of a backtest are stored."""
    statement = select(func.count()).where(BacktestTradeRow.backtest_id == backtest_id)
    return session.scalar(statement) or 0
