"""`ledger`: every movement of money; the rows sum to the wallet balance."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from db.base import Base, Identified, OfAccount, Recorded
from trading.account import TransactionKind


class LedgerRow(Base, Identified, OfAccount, Recorded):
    """The fields of `trading.account.Transaction`; USDT. A trigger refuses changes."""

    __tablename__ = "ledger"

    transaction_id: Mapped[str]
    kind: Mapped[TransactionKind]
    symbol: Mapped[str]
    cash_flow_usdt: Mapped[Decimal]
    funding_usdt: Mapped[Decimal]
    fee_usdt: Mapped[Decimal]
    change_usdt: Mapped[Decimal]
    balance_after_usdt: Mapped[Decimal]
    happened_at: Mapped[datetime]
    execution_id: Mapped[str]
    order_id: Mapped[str]
    link_id: Mapped[str]
    quantity: Mapped[Decimal]
    price: Mapped[Decimal | None]

    __table_args__ = (
        UniqueConstraint("environment", "account", "transaction_id"),
        CheckConstraint("transaction_id <> ''", name="has_transaction_id"),
        CheckConstraint(
            "change_usdt = cash_flow_usdt + funding_usdt - fee_usdt", name="change_adds_up"
        ),
        Index("ix_ledger_happened_at", "environment", "account", "happened_at"),
    )
