"""`executions`: every fill, funding payment, liquidation and ADL, as the exchange reported it."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, OfAccount, Recorded
from trading.executions import ExecutionKind
from trading.orders import Side


class ExecutionRow(Base, Identified, OfAccount, Recorded):
    """The fields of `trading.executions.Execution`. A trigger refuses changes.

    There is no foreign key to `orders`: an execution may arrive first, and funding has no order.
    """

    __tablename__ = "executions"

    execution_id: Mapped[str]
    order_id: Mapped[str]
    link_id: Mapped[str]
    symbol: Mapped[str]
    side: Mapped[Side]
    kind: Mapped[ExecutionKind]
    price: Mapped[Decimal]
    quantity: Mapped[Decimal]
    value_usdt: Mapped[Decimal]
    fee_usdt: Mapped[Decimal]
    fee_rate: Mapped[Decimal]
    is_maker: Mapped[bool]
    closed_quantity: Mapped[Decimal]
    executed_at: Mapped[datetime]
    sequence: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        UniqueConstraint("environment", "account", "execution_id"),
        CheckConstraint("execution_id <> ''", name="has_execution_id"),
        CheckConstraint("price > 0", name="price_positive"),
        CheckConstraint("quantity >= 0 AND closed_quantity >= 0", name="quantities_not_negative"),
        Index("ix_executions_executed_at", "environment", "account", "executed_at"),
        Index("ix_executions_link_id", "environment", "account", "link_id"),
        Index("ix_executions_order_id", "environment", "account", "order_id"),
    )
