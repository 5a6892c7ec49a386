"""The equity curve."""

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


def day_start_equity(session: Session, key: AccountKey, *, day_start: datetime) -> Decimal | None:
    """Equity in USDT the day began with: the last seen until then, else the day's first.

    None on an account that was never seen.
    """
    equity = select(WalletSnapshotRow.equity_usdt).where(belongs_to(WalletSnapshotRow, key))
    until = equity.where(WalletSnapshotRow.taken_at <= day_start)
    before = session.scalar(until.order_by(WalletSnapshotRow.taken_at.desc()).limit(1))
    if before is not None:
        return before
    return session.scalar(equity.order_by(WalletSnapshotRow.taken_at).limit(1))
