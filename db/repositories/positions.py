"""The mirror of the exchange's positions."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import PositionRow
from db.repositories import capacity
from db.repositories.rows import account_columns, belongs_to, columns_of
from trading.positions import Position


def replace_mirror(
    session: Session, key: AccountKey, positions: Sequence[Position], *, read_at: datetime
) -> bool:
    """Make the mirror equal to what was read at `read_at`. False if a newer reading is here.

    `read_at` is the time just before the exchange was asked, so that an intent filled later is
    still counted as a reservation. Takes the capacity lock: nobody reserves on half a mirror.
    """
    account = capacity.lock(session, key)
    if account.mirrored_at is not None and read_at < account.mirrored_at:
        return False
    session.execute(delete(PositionRow).where(belongs_to(PositionRow, key)))
    rows = [{**account_columns(key), **columns_of(position)} for position in positions]
    if rows:
        session.execute(insert(PositionRow), rows)
    account.mirrored_at = read_at
    session.flush()
    return True
