"""What we stored of the exchange's own records, to be compared with them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import ExecutionRow, OrderRow
from db.repositories.rows import belongs_to, value_of
from trading.executions import Execution
from trading.orders import Order


def all_orders(session: Session, key: AccountKey) -> list[Order]:
    """Every stored order, oldest first."""
    statement = select(OrderRow).where(belongs_to(OrderRow, key))
    ordered = statement.order_by(OrderRow.created_at, OrderRow.order_id)
    return [value_of(Order, row) for row in session.scalars(ordered)]


def all_executions(session: Session, key: AccountKey) -> list[Execution]:
    """Every stored execution, oldest first."""
    statement = select(ExecutionRow).where(belongs_to(ExecutionRow, key))
    ordered = statement.order_by(ExecutionRow.executed_at, ExecutionRow.execution_id)
    return [value_of(Execution, row) for row in session.scalars(ordered)]
