"""Settle a difference by hand, for the command line and the API alike."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from db.keys import AccountKey
from db.repositories import discrepancies, orders
from db.repositories.discrepancies import Acknowledgement, Known
from db.unit_of_work import unit_of_work
from trading.orders import OrderStatus
from trading.reconcile import DiscrepancyKind

NOT_LISTED = "NotListed"
"""Why an order that the exchange does not know any more counts as cancelled: a human said so."""


def acknowledge(
    sessions: sessionmaker[Session],
    key: AccountKey,
    discrepancy_id: UUID,
    said: Acknowledgement,
    *,
    now: datetime,
) -> Known | None:
    """The difference that a human has settled; None if there is no such open one.

    The desk changes nothing at the exchange: a position stays another hand's, and is told again
    only when it changes. An order that the exchange does not list any more counts as cancelled.
    """
    with unit_of_work(sessions) as session:
        settled = discrepancies.acknowledge(session, key, discrepancy_id, said, now=now)
        if settled is not None and settled.kind is DiscrepancyKind.MISSING_ORDER:
            _count_as_cancelled(session, key, settled.subject, now)
    return settled


def _count_as_cancelled(session: Session, key: AccountKey, order_id: str, now: datetime) -> None:
    order = orders.by_id(session, key, order_id)
    if order is not None and order.status.is_open:
        gone = replace(order, status=OrderStatus.CANCELLED, updated_at=now, cancel_type=NOT_LISTED)
        orders.upsert(session, key, [gone])
