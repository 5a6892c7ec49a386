"""The ledger, each transaction once."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import LedgerRow
from db.repositories.rows import account_columns, belongs_to, columns_of, insert_missing
from trading.account import Transaction, TransactionKind


def insert_new(
    session: Session, key: AccountKey, transactions: Sequence[Transaction]
) -> list[Transaction]:
    """Store what is not here yet and give exactly that, in the order given."""
    rows = [{**account_columns(key), **columns_of(transaction)} for transaction in transactions]
    new = set(insert_missing(session, LedgerRow, rows, returning=LedgerRow.transaction_id))
    return [transaction for transaction in transactions if transaction.transaction_id in new]


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
