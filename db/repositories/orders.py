"""Orders as the exchange reports them, moving forward only."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import IntentRow, OrderRow, OrderTransitionRow
from db.repositories.rows import account_columns, belongs_to, columns_of, value_of
from trading.order_states import News, Report, news_of
from trading.orders import Order, OrderStatus

FINISHED = tuple(status for status in OrderStatus if not status.is_open)
_KEY = ("environment", "account", "order_id")


def upsert(session: Session, key: AccountKey, orders: Sequence[Order]) -> list[str]:
    """The ids of orders that are new or changed, each as often as it was news.

    Reports may arrive late and out of order; `trading.order_states` says which of them are news.
    A change of the status or of the filled quantity is a row of `order_transitions`.
    """
    # Sorted: two syncs that lock the same rows in different order would deadlock.
    ordered = sorted(orders, key=lambda order: order.order_id)
    stored = _locked(session, key, {order.order_id for order in ordered})
    news = [order.order_id for order in ordered if _take_in(session, key, stored, order)]
    session.flush()
    return news


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


def _locked(session: Session, key: AccountKey, ids: Collection[str]) -> dict[str, OrderRow]:
    """The stored rows by order id, held by this transaction until it ends."""
    if not ids:
        return {}
    statement = select(OrderRow).where(belongs_to(OrderRow, key), OrderRow.order_id.in_(ids))
    rows = session.scalars(statement.order_by(OrderRow.order_id).with_for_update())
    return {row.order_id: row for row in rows}


def _take_in(session: Session, key: AccountKey, stored: dict[str, OrderRow], order: Order) -> bool:
    row = stored.get(order.order_id)
    if row is None and (row := _insert(session, key, order)) is not None:
        stored[order.order_id] = row
        _note(session, key, row, None)
        return True
    if row is None:
        # Another process stored it first, between our look and our insert.
        stored |= _locked(session, key, {order.order_id})
        row = stored[order.order_id]
    return _advance(session, key, row, order)


def _insert(session: Session, key: AccountKey, order: Order) -> OrderRow | None:
    statement = (
        insert(OrderRow)
        .values({**account_columns(key), **columns_of(order)})
        .on_conflict_do_nothing(index_elements=_KEY)
        .returning(OrderRow)
    )
    return session.scalars(statement).one_or_none()


def _advance(session: Session, key: AccountKey, row: OrderRow, order: Order) -> bool:
    before, filled = row.status, row.filled_quantity
    match news_of(_report_of(row), _report_of(order)):
        case News.NONE:
            return False
        case News.REPLACES:
            for name, value in columns_of(order).items():
                setattr(row, name, value)
            # A report of the end may be older than what is known of the fills.
            row.filled_quantity = max(filled, order.filled_quantity)
        case News.COMPLETES:
            row.filled_quantity = order.filled_quantity
            row.average_price = order.average_price
            row.updated_at = max(row.updated_at, order.updated_at)
    if (row.status, row.filled_quantity) != (before, filled):
        _note(session, key, row, before)
    return True


def _report_of(order: Order | OrderRow) -> Report:
    return Report(order.status, Decimal(order.filled_quantity), order.updated_at)


def _note(session: Session, key: AccountKey, row: OrderRow, before: OrderStatus | None) -> None:
    session.add(
        OrderTransitionRow(
            **account_columns(key),
            order_id=row.order_id,
            from_status=before,
            to_status=row.status,
            filled_quantity=row.filled_quantity,
            changed_at=row.updated_at,
        )
    )
