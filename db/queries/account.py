"""The wallet, its curve, and whether the ledger explains it."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import LedgerRow, WalletSnapshotRow
from db.repositories import capacity
from db.repositories.rows import belongs_to, value_of
from trading.account import Transaction, TransactionKind, Wallet
from trading.positions import Position


@dataclass(frozen=True, slots=True)
class LedgerTotals:
    """Sums of the ledger in USDT; funding above 0 was received, a fee above 0 was paid."""

    change_usdt: Decimal
    cash_flow_usdt: Decimal
    funding_usdt: Decimal
    fee_usdt: Decimal


def positions(session: Session, key: AccountKey) -> list[Position]:
    """Open positions as of the newest sync, by symbol."""
    return list(capacity.mirrored_positions(session, key))


def latest_wallet(session: Session, key: AccountKey) -> Wallet | None:
    """The newest snapshot."""
    return _wallet_at_end(session, key, newest=True)


def first_wallet(session: Session, key: AccountKey) -> Wallet | None:
    """The oldest snapshot."""
    return _wallet_at_end(session, key, newest=False)


def equity_curve(session: Session, key: AccountKey) -> list[Wallet]:
    """Every snapshot, oldest first."""
    statement = select(WalletSnapshotRow).where(belongs_to(WalletSnapshotRow, key))
    ordered = statement.order_by(WalletSnapshotRow.taken_at)
    return [value_of(Wallet, row) for row in session.scalars(ordered)]


def ledger_totals(
    session: Session, key: AccountKey, *, kind: TransactionKind | None = None
) -> LedgerTotals:
    """Exact sums over the ledger; with `kind`, over those rows only."""
    zero = Decimal(0)
    statement = select(
        func.coalesce(func.sum(LedgerRow.change_usdt), zero),
        func.coalesce(func.sum(LedgerRow.cash_flow_usdt), zero),
        func.coalesce(func.sum(LedgerRow.funding_usdt), zero),
        func.coalesce(func.sum(LedgerRow.fee_usdt), zero),
    ).where(belongs_to(LedgerRow, key))
    if kind is not None:
        statement = statement.where(LedgerRow.kind == kind)
    return LedgerTotals(*session.execute(statement).one())


def recent_transactions(
    session: Session, key: AccountKey, *, limit: int = 100
) -> list[Transaction]:
    """The newest ledger rows, newest first."""
    statement = select(LedgerRow).where(belongs_to(LedgerRow, key))
    newest = statement.order_by(LedgerRow.happened_at.desc(), LedgerRow.id.desc()).limit(limit)
    return [value_of(Transaction, row) for row in session.scalars(newest)]


def ledger_error(session: Session, key: AccountKey) -> Decimal | None:
    """Wallet change minus the sum of ledger rows, in USDT; None before the first snapshot.

    Anything but 0 means that money moved which the ledger does not know. The change counts from
    the balance before the oldest row, or from the first snapshot when there is no row.
    """
    latest, first = latest_wallet(session, key), first_wallet(session, key)
    if latest is None or first is None:
        return None
    opening = select(LedgerRow.balance_after_usdt - LedgerRow.change_usdt)
    opening = opening.where(belongs_to(LedgerRow, key))
    start = session.scalar(opening.order_by(LedgerRow.happened_at, LedgerRow.id).limit(1))
    if start is None:
        start = first.wallet_balance_usdt
    return latest.wallet_balance_usdt - start - ledger_totals(session, key).change_usdt


def _wallet_at_end(session: Session, key: AccountKey, *, newest: bool) -> Wallet | None:
    taken_at = WalletSnapshotRow.taken_at
    statement = select(WalletSnapshotRow).where(belongs_to(WalletSnapshotRow, key))
    ordered = statement.order_by(taken_at.desc() if newest else taken_at).limit(1)
    row = session.scalars(ordered).one_or_none()
    return None if row is None else value_of(Wallet, row)
