"""The wallet and the money that went in and out of it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from trading.checks import require_utc


@dataclass(frozen=True, slots=True)
class Wallet:
    """The account in USDT. Equity = wallet balance + unrealised P&L."""

    equity_usdt: Decimal
    wallet_balance_usdt: Decimal
    available_usdt: Decimal
    unrealised_pnl_usdt: Decimal
    initial_margin_usdt: Decimal
    maintenance_margin_usdt: Decimal
    taken_at: datetime

    def __post_init__(self) -> None:
        require_utc("wallet taken_at", self.taken_at)


class TransactionKind(StrEnum):
    """What moved money (`type` of the transaction log). OTHER is a kind we do not know."""

    TRADE = "trade"
    FUNDING = "funding"
    LIQUIDATION = "liquidation"
    ADL = "adl"
    TRANSFER_IN = "transfer_in"
    TRANSFER_OUT = "transfer_out"
    BONUS = "bonus"
    FEE_REFUND = "fee_refund"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Transaction:
    """One row of the exchange's transaction log, in USDT.

    `change` = `cash_flow` + `funding` - `fee`; funding above 0 was received; the sum of all
    changes is the wallet balance.
    """

    transaction_id: str
    kind: TransactionKind
    symbol: str
    cash_flow_usdt: Decimal
    funding_usdt: Decimal
    fee_usdt: Decimal
    change_usdt: Decimal
    balance_after_usdt: Decimal
    happened_at: datetime
    execution_id: str = ""
    order_id: str = ""
    link_id: str = ""
    quantity: Decimal = Decimal(0)
    price: Decimal | None = None

    def __post_init__(self) -> None:
        require_utc("transaction happened_at", self.happened_at)


@dataclass(frozen=True, slots=True)
class ClosedPnl:
    """What one closing order earned after both fees, without funding; USDT."""

    symbol: str
    order_id: str
    quantity: Decimal
    entry_price: Decimal
    exit_price: Decimal
    pnl_usdt: Decimal
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class FeeRates:
    """Fees as fractions of the notional."""

    taker: Decimal
    maker: Decimal


@dataclass(frozen=True, slots=True)
class KeyPermissions:
    """What an API key may do. The desk refuses keys that may withdraw."""

    may_trade: bool
    may_withdraw: bool
    is_read_only: bool
    expires_at: datetime | None
