"""Orders as the exchange reports them, moving forward only."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import IntentRow, OrderRow
from db.repositories.rows import account_columns, belongs_to, columns_of, value_of
from trading.orders import Order, OrderStatus

FINISHED = tuple(status for status in OrderStatus if not status.is_open)
_KEY = ("environment", "account", "order_id")


def upsert(session: Session, key: AccountKey, orders: Sequence[Order]) -> list[str]:
    """The ids of orders that are new or changed.

    Reports may arrive late and out of order. A finished order never reopens, an older report
    never replaces a newer one, and the filled quantity never falls.
    """
    # Sorted: two syncs that lock the same rows in different order would deadlock.
    ordered = sorted(orders, key=lambda order: order.order_id)
    return [order.order_id for order in ordered if _upsert_one(session, key, order)]


def find(session: Session, key: AccountKey, *, link_id: str) -> list[Order]:
    """Stored orders of this client order id, oldest first (none, or one)."""
    statement = select(OrderRow).where(belongs_to(OrderRow, key), OrderRow.link_id == link_id)
    return [value_of(Order, row) for row in session.scalars(statement.order_by(OrderRow.id))]


def open_orders(session: Session, key: AccountKey) -> list[Order]:
    """Stored orders that can still fill, oldest first."""
    statement = select(OrderRow).where(belongs_to(OrderRow, key), OrderRow.status.not_in(FINISHED))
    ordered = statement.order_by(OrderRow.created_at, OrderRow.order_id)
    return [value_of(Order, row) for row in session.scalars(ordered)]


def of_symbol(session: Session, key: AccountKey, symbol: str) -> list[Order]:
    """Stored orders of a symbol, oldest first."""
    statement = select(OrderRow).where(belongs_to(OrderRow, key), OrderRow.symbol == symbol)
    ordered = statement.order_by(OrderRow.created_at, OrderRow.order_id)
    return [value_of(Order, row) for row in session.scalars(ordered)]


def by_id(session: Session, key: AccountKey, order_id: str) -> Order | None:
    """The stored order with the exchange's own id."""
    statement = select(OrderRow).where(belongs_to(OrderRow, key), OrderRow.order_id == order_id)
    row = session.scalars(statement).one_or_none()
    return None if row is None else value_of(Order, row)


def made_by_us(session: Session, key: AccountKey, order_ids: Collection[str]) -> frozenset[str]:
    """Those of `order_ids` that are orders of our intents, or stops and targets they brought."""
    link_ids = select(IntentRow.link_id).where(belongs_to(IntentRow, key))
    statement = select(OrderRow.order_id).where(
        belongs_to(OrderRow, key),
        OrderRow.order_id.in_(order_ids),
        or_(OrderRow.link_id.in_(link_ids), OrderRow.parent_link_id.in_(link_ids)),
    )
    return frozenset(session.scalars(statement))


def newest_created_at(session: Session, key: AccountKey) -> datetime | None:
    """When the newest stored order was created; where the next sync continues."""
    return session.scalar(select(func.max(OrderRow.created_at)).where(belongs_to(OrderRow, key)))


def oldest_open_at(session: Session, key: AccountKey) -> datetime | None:
    """When the oldest order was created that can still fill."""
    statement = select(func.min(OrderRow.created_at)).where(
        belongs_to(OrderRow, key), OrderRow.status.not_in(FINISHED)
    )
    return session.scalar(statement)


def _upsert_one(session: Session, key: AccountKey, order: Order) -> bool:
    columns = {**account_columns(key), **columns_of(order)}
    inserted = insert(OrderRow).values(columns)
    changes: dict[str, ColumnElement[Any]] = {
        name: inserted.excluded[name] for name in columns if name not in _KEY
    }
    changes["filled_quantity"] = func.greatest(
        OrderRow.filled_quantity, inserted.excluded.filled_quantity
    )
    statement = inserted.on_conflict_do_update(
        index_elements=_KEY, set_=changes, where=_is_progress(order)
    )
    return session.scalar(statement.returning(OrderRow.id)) is not None


def _is_progress(order: Order) -> ColumnElement[bool]:
    fills_more = OrderRow.filled_quantity < order.filled_quantity
    is_newer = or_(OrderRow.updated_at < order.updated_at, fills_more)
    if order.status.is_open:
        return and_(OrderRow.status.not_in(FINISHED), is_newer)
    completes = and_(OrderRow.status == order.status, fills_more)
    return or_(OrderRow.status.not_in(FINISHED), completes)
