"""Pushed rows for tests that look at something else."""

from datetime import UTC, datetime
from decimal import Decimal

from trading.executions import Execution, ExecutionKind
from trading.orders import Order, OrderStatus, OrderType, Side
from trading.positions import Direction, Position

AT = datetime(2026, 1, 1, tzinfo=UTC)
POSITION = Position(
    "BTCUSDT", Direction.LONG, Decimal(1), Decimal(100), Decimal(100), Decimal(1), Decimal(0), AT
)
ORDER = Order(
    order_id="o1",
    link_id="",
    symbol="BTCUSDT",
    side=Side.SELL,
    order_type=OrderType.MARKET,
    status=OrderStatus.NEW,
    quantity=Decimal(1),
    filled_quantity=Decimal(0),
    created_at=AT,
    updated_at=AT,
)


def execution(execution_id: str, at: datetime = AT) -> Execution:
    """A fill of one coin."""
    return Execution(
        execution_id=execution_id,
        order_id="o1",
        link_id="",
        symbol="BTCUSDT",
        side=Side.BUY,
        kind=ExecutionKind.TRADE,
        price=Decimal(100),
        quantity=Decimal(1),
        value_usdt=Decimal(100),
        fee_usdt=Decimal(0),
        fee_rate=Decimal(0),
        is_maker=False,
        closed_quantity=Decimal(0),
        executed_at=at,
        sequence=1,
    )
