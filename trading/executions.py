"""Executions: what happened to a position. Funding, ADL and liquidation are not fills of ours."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from trading.checks import require_not_negative, require_positive, require_utc
from trading.orders import Side


class ExecutionKind(StrEnum):
    """Why an execution happened (bybit_v5.md §2.4). OTHER is a kind we do not know yet."""

    TRADE = "trade"
    FUNDING = "funding"
    ADL = "adl"
    LIQUIDATION = "liquidation"
    SETTLEMENT = "settlement"
    OTHER = "other"

    @property
    def moves_position(self) -> bool:
        """Whether the executed quantity changes the position; funding does not."""
        return self is not ExecutionKind.FUNDING


@dataclass(frozen=True, slots=True)
class Execution:
    """One execution row. Fee in USDT, positive is a cost; `value` = price x quantity in USDT."""

    execution_id: str
    order_id: str
    link_id: str
    symbol: str
    side: Side
    kind: ExecutionKind
    price: Decimal
    quantity: Decimal
    value_usdt: Decimal
    fee_usdt: Decimal
    fee_rate: Decimal
    is_maker: bool
    closed_quantity: Decimal
    executed_at: datetime
    sequence: int

    def __post_init__(self) -> None:
        require_positive("execution price", self.price)
        require_not_negative("execution quantity", self.quantity)
        require_utc("execution executed_at", self.executed_at)
