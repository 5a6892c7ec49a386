"""The equity curve."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import WalletSnapshotRow
from db.repositories.rows import account_columns, belongs_to, columns_of
from trading.account import Wallet


def snapshot(session: Session, key: AccountKey, wallet: Wallet) -> None:
    """Store the wallet; of two readings of one millisecond the later one stays.

    A market that is stepped by hand stands still while orders change the balance.
    """
    row = {**account_columns(key), **columns_of(wallet)}
    amounts = {name: row[name] for name in row if name.endswith("_usdt")}
    session.execute(
        insert(WalletSnapshotRow)
        .values(row)
        .on_conflict_do_update(index_elements=["environment", "account", "taken_at"], set_=amounts)
    )


def first_taken_at(session: Session, key: AccountKey) -> datetime | None:
    """When the account was first seen; nothing that happened before belongs to the desk."""
    statement = select(func.min(WalletSnapshotRow.taken_at)).where(
        belongs_to(WalletSnapshotRow, key)
    )
    return session.scalar(statement)


@dataclass(frozen=True, slots=True)
class EquityAt:
    """Equity in USDT as it was read."""

    equity_usdt: Decimal
    taken_at: datetime


def day_start(session: Session, key: AccountKey, *, day_start: datetime) -> EquityAt | None:
    """The equity the day began with: the last seen until then, else the day's first.

    None on an account that was never seen.
    """
    taken_at = WalletSnapshotRow.taken_at
    seen = select(WalletSnapshotRow.equity_usdt, taken_at).where(
        belongs_to(WalletSnapshotRow, key)
    )
    until = seen.where(taken_at <= day_start).order_by(taken_at.desc()).limit(1)
    first = seen.order_by(taken_at).limit(1)
    row = session.execute(until).one_or_none() or session.execute(first).one_or_none()
    return None if row is None else EquityAt(*row)
