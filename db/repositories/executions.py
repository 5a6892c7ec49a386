"""Executions, each once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import ExecutionRow
from db.repositories.rows import (
    account_columns,
    belongs_to,
    columns_of,
    insert_missing,
    value_of,
)
from trading.executions import Execution, ExecutionKind


def insert_new(
    session: Session, key: AccountKey, executions: Sequence[Execution]
) -> list[Execution]:
    """Store what is not here yet and give exactly that, in the order given."""
    rows = [{**account_columns(key), **columns_of(execution)} for execution in executions]
    new = set(insert_missing(session, ExecutionRow, rows, returning=ExecutionRow.execution_id))
    return [execution for execution in executions if execution.execution_id in new]


def of_link_id(session: Session, key: AccountKey, link_id: str) -> list[Execution]:
    """Executions of one client order id, oldest first."""
    statement = select(ExecutionRow).where(
        belongs_to(ExecutionRow, key), ExecutionRow.link_id == link_id
    )
    ordered = statement.order_by(ExecutionRow.executed_at, ExecutionRow.sequence)
    return [value_of(Execution, row) for row in session.scalars(ordered)]


def of_symbol(
    session: Session,
    key: AccountKey,
    symbol: str,
    *,
    since: tuple[datetime, int] | None = None,
) -> list[Execution]:
    """Executions of a symbol, oldest first, from the one at (time, sequence) on, or all.

    Several may bear one millisecond; the exchange's sequence number tells them apart.
    """
    statement = select(ExecutionRow).where(
        belongs_to(ExecutionRow, key), ExecutionRow.symbol == symbol
    )
    if since is not None:
        moment = tuple_(ExecutionRow.executed_at, ExecutionRow.sequence)
        statement = statement.where(moment >= tuple_(*since))
    ordered = statement.order_by(ExecutionRow.executed_at, ExecutionRow.sequence)
    return [value_of(Execution, row) for row in session.scalars(ordered)]


def between(
    session: Session, key: AccountKey, *, since: datetime, until: datetime
) -> list[Execution]:
    """Executions of the account, oldest first; both ends included."""
    statement = select(ExecutionRow).where(
        belongs_to(ExecutionRow, key), ExecutionRow.executed_at.between(since, until)
    )
    ordered = statement.order_by(ExecutionRow.executed_at, ExecutionRow.sequence)
    return [value_of(Execution, row) for row in session.scalars(ordered)]


def funding_between(
    session: Session, key: AccountKey, *, since: datetime, until: datetime
) -> list[Execution]:
    """Funding payments of the account, oldest first; both ends included."""
    statement = select(ExecutionRow).where(
        belongs_to(ExecutionRow, key),
        ExecutionRow.kind == ExecutionKind.FUNDING,
        ExecutionRow.executed_at.between(since, until),
    )
    ordered = statement.order_by(ExecutionRow.executed_at, ExecutionRow.sequence)
    return [value_of(Execution, row) for row in session.scalars(ordered)]


def newest_at(session: Session, key: AccountKey) -> datetime | None:
    """When the newest stored execution happened; where the next sync continues."""
    statement = select(func.max(ExecutionRow.executed_at)).where(belongs_to(ExecutionRow, key))
    return session.scalar(statement)
