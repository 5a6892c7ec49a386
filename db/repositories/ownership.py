"""Which of the rows that the exchange pushes belong to orders of ours."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import IntentRow, OrderRow
from db.repositories.rows import belongs_to


def ours_of(session: Session, key: AccountKey, link_ids: Collection[str]) -> frozenset[str]:
    """Those of `link_ids` that our intents bear."""
    wanted = {link_id for link_id in link_ids if link_id}
    if not wanted:
        return frozenset()
    statement = select(IntentRow.link_id).where(
        belongs_to(IntentRow, key), IntentRow.link_id.in_(wanted)
    )
    return frozenset(session.scalars(statement))


def known_of(session: Session, key: AccountKey, order_ids: Collection[str]) -> frozenset[str]:
    """Those of `order_ids` that are stored, whoever made them."""
    if not order_ids:
        return frozenset()
    statement = select(OrderRow.order_id).where(
        belongs_to(OrderRow, key), OrderRow.order_id.in_(order_ids)
    )
    return frozenset(session.scalars(statement))
