"""The ledger, each transaction once."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import LedgerRow, WalletSnapshotRow
from db.repositories.rows import (
    account_columns,
    belongs_to,
    columns_of,
    insert_missing,
    value_of,
)
from trading.account import Transaction, TransactionKind, Wallet


def insert_new(
    session: Session, key: AccountKey, transactions: Sequence[Transaction]
) -> list[Transaction]:
    """Store what is not here yet and give exactly that, in the order given."""
    rows = [{**account_columns(key), **columns_of(transaction)} for transaction in transactions]
    new = set(insert_missing(session, LedgerRow, rows, returning=LedgerRow.transaction_id))
    return [transaction for transaction in transactions if transaction.transaction_id in new]


def between(
    session: Session,
    key: AccountKey,
    *,
    since: datetime,
    until: datetime,
    kind: TransactionKind | None = None,
) -> list[Transaction]:
    """Transactions of the account, oldest first, both ends included; with `kind`, only those."""
    statement = select(LedgerRow).where(
        belongs_to(LedgerRow, key), LedgerRow.happened_at.between(since, until)
    )
    if kind is not None:
        statement = statement.where(LedgerRow.kind == kind)
    ordered = statement.order_by(LedgerRow.happened_at, LedgerRow.id)
    return [value_of(Transaction, row) for row in session.scalars(ordered)]


def newest_at(session: Session, key: AccountKey) -> datetime | None:
    """When the newest stored transaction happened; where the next sync continues."""
    statement = select(func.max(LedgerRow.happened_at)).where(belongs_to(LedgerRow, key))
    return session.scalar(statement)


def funding_between(
    session: Session, key: AccountKey, symbol: str, *, since: datetime, until: datetime
) -> Decimal:
    """Funding of a symbol in USDT, above 0 was received; both ends included."""
    statement = select(func.coalesce(func.sum(LedgerRow.funding_usdt), Decimal(0))).where(
        belongs_to(LedgerRow, key),
        LedgerRow.kind == TransactionKind.FUNDING,
        LedgerRow.symbol == symbol,
        LedgerRow.happened_at.between(since, until),
    )
    return session.scalars(statement).one()


# Money that is the owner's doing or a gift, and no result of trading.
_TRANSFERS = (TransactionKind.TRANSFER_IN, TransactionKind.TRANSFER_OUT, TransactionKind.BONUS)


def transfers_after(session: Session, key: AccountKey, moment: datetime) -> Decimal:
    """What was paid in (above 0) or out after `moment`, bonuses included; USDT."""
    statement = select(func.coalesce(func.sum(LedgerRow.change_usdt), Decimal(0))).where(
        belongs_to(LedgerRow, key),
        LedgerRow.kind.in_(_TRANSFERS),
        LedgerRow.happened_at > moment,
    )
    return session.scalars(statement).one()


def explains(session: Session, key: AccountKey, wallet: Wallet) -> bool:
    """Whether the bookings lead to this wallet balance: one of the newest ended with it.

    Not only the very newest: money may have moved between reading the wallet and the bookings.
    Before the first booking the balance must be that of the first wallet ever seen.
    """
    newest = select(LedgerRow.balance_after_usdt).where(belongs_to(LedgerRow, key))
    ordered = newest.order_by(LedgerRow.happened_at.desc(), LedgerRow.id.desc())
    balances = list(session.scalars(ordered.limit(_RECENT)))
    if not balances:
        first = select(WalletSnapshotRow.wallet_balance_usdt)
        first = first.where(belongs_to(WalletSnapshotRow, key))
        balances = list(session.scalars(first.order_by(WalletSnapshotRow.taken_at).limit(1)))
    return wallet.wallet_balance_usdt in balances


_RECENT = 50  # one page of the exchange's log: what can be booked while a wallet is read
