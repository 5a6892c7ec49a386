"""Brakes whose limit a reading showed as reached, until a reading disagrees."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import BrakeReadingRow
from db.repositories.rows import account_columns
from trading.brakes import BrakeKind, Crossing


def note(
    session: Session, key: AccountKey, crossed: Collection[Crossing]
) -> dict[BrakeKind, datetime]:
    """Since when each limit is seen as reached without a reading that disagreed.

    Limits that are not in `crossed` are forgotten: this reading disagrees.
    """
    mine = (BrakeReadingRow.environment == key.environment, BrakeReadingRow.account == key.account)
    seen = {one.kind for one in crossed}
    session.execute(delete(BrakeReadingRow).where(*mine, BrakeReadingRow.kind.not_in(seen)))
    for one in crossed:
        row = {
            **account_columns(key),
            "kind": one.kind,
            "read_at": one.wallet.taken_at,
            "equity_usdt": one.wallet.equity_usdt,
        }
        session.execute(insert(BrakeReadingRow).values(row).on_conflict_do_nothing())
    statement = select(BrakeReadingRow.kind, BrakeReadingRow.read_at).where(*mine)
    return {row.kind: row.read_at for row in session.execute(statement)}
