"""`wallet_snapshots`: the equity curve."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, OfAccount, Recorded
from db.types import Measure


class WalletSnapshotRow(Base, Identified, OfAccount, Recorded):
    """The fields of `trading.account.Wallet`. The balance is exact; equity follows prices."""

    __tablename__ = "wallet_snapshots"

    taken_at: Mapped[datetime]
    equity_usdt: Mapped[Decimal] = mapped_column(Measure())
    wallet_balance_usdt: Mapped[Decimal]
    available_usdt: Mapped[Decimal] = mapped_column(Measure())
    unrealised_pnl_usdt: Mapped[Decimal] = mapped_column(Measure())
    initial_margin_usdt: Mapped[Decimal] = mapped_column(Measure())
    maintenance_margin_usdt: Mapped[Decimal] = mapped_column(Measure())

    __table_args__ = (UniqueConstraint("environment", "account", "taken_at"),)
