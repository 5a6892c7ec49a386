"""Orders: what we ask for, and what the exchange says became of it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import IntEnum, StrEnum

from trading.checks import require, require_not_negative, require_positive, require_utc
from trading.link_ids import is_link_id


class Side(StrEnum):
    """Direction of an order."""

    BUY = "buy"
    SELL = "sell"

    @property
    def opposite(self) -> "Side":
        """The side that undoes this one."""
        return Side.SELL if self is Side.BUY else Side.BUY


class OrderType(StrEnum):
    """How an order meets the book."""

    MARKET = "market"
    LIMIT = "limit"


class TimeInForce(StrEnum):
    """How long an order may rest."""

    GOOD_TILL_CANCELLED = "good_till_cancelled"
    IMMEDIATE_OR_CANCEL = "immediate_or_cancel"
    FILL_OR_KILL = "fill_or_kill"
    POST_ONLY = "post_only"


class PositionIndex(IntEnum):
    """Which position an order belongs to: the one of one-way mode, or a leg of hedge mode."""

    ONE_WAY = 0
    HEDGE_LONG = 1
    HEDGE_SHORT = 2


class OrderStatus(StrEnum):
    """State of an order at the exchange (bybit_v5.md §2.5)."""

    NEW = "new"
    PARTIALLY_FILLED = "partially_filled"
    UNTRIGGERED = "untriggered"
    TRIGGERED = "triggered"
    FILLED = "filled"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    DEACTIVATED = "deactivated"
    UNKNOWN = "unknown"

    @property
    def is_open(self) -> bool:
        """Whether the order can still fill. An unknown status counts as open: look again."""
        return self not in _TERMINAL


_TERMINAL = frozenset(
    {OrderStatus.FILLED, OrderStatus.CANCELLED, OrderStatus.REJECTED, OrderStatus.DEACTIVATED}
)


class StopKind(StrEnum):
    """What a conditional order is for."""

    TAKE_PROFIT = "take_profit"
    STOP_LOSS = "stop_loss"
    TRAILING_STOP = "trailing_stop"
    STOP = "stop"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """An order to be. One that opens or adds risk always carries its stop.

    Prices in USDT on the tick grid, quantity in the base coin on the step grid. `price` is given
    for limit orders only.
    """

    link_id: str
    symbol: str
    side: Side
    order_type: OrderType
    quantity: Decimal
    price: Decimal | None = None
    stop_loss: Decimal | None = None
    take_profit: Decimal | None = None
    reduce_only: bool = False
    time_in_force: TimeInForce = TimeInForce.GOOD_TILL_CANCELLED
    position_index: PositionIndex = PositionIndex.ONE_WAY

    def __post_init__(self) -> None:
        require(
            is_link_id(self.link_id), f"link id {self.link_id!r} is not 1-36 of A-Z a-z 0-9 _ -"
        )
        require_positive("order quantity", self.quantity)
        require(
            (self.price is not None) == (self.order_type is OrderType.LIMIT),
            f"{self.order_type} order with price {self.price}; only limit orders have one",
        )
        for name in ("price", "stop_loss", "take_profit"):
            if (value := getattr(self, name)) is not None:
                require_positive(f"order {name}", value)
        self._require_protection()

    def _require_protection(self) -> None:
        if self.reduce_only:
            require(
                self.stop_loss is None and self.take_profit is None,
                "a reduce-only order cannot carry a stop or target",
            )
            return
        require(
            self.stop_loss is not None, "an order that opens a position must carry its stop loss"
        )
        if self.take_profit is not None and self.stop_loss is not None:
            rising = self.stop_loss < self.take_profit
            require(
                rising == (self.side is Side.BUY),
                f"{self.side} order with stop {self.stop_loss} and target {self.take_profit}: "
                "a long's stop is below its target, a short's above",
            )


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the exchange reports it. `average_price` is None until something filled."""

    order_id: str
    link_id: str
    symbol: str
    side: Side
    order_type: OrderType
    status: OrderStatus
    quantity: Decimal
    filled_quantity: Decimal
    created_at: datetime
    updated_at: datetime
    price: Decimal | None = None
    average_price: Decimal | None = None
    trigger_price: Decimal | None = None
    stop_loss: Decimal | None = None
    take_profit: Decimal | None = None
    stop_kind: StopKind | None = None
    parent_link_id: str = ""
    reduce_only: bool = False
    position_index: PositionIndex = PositionIndex.ONE_WAY
    reject_reason: str = ""
    cancel_type: str = ""

    def __post_init__(self) -> None:
        require_utc("order created_at", self.created_at)
        require_utc("order updated_at", self.updated_at)
        require_not_negative("order quantity", self.quantity)
        require_not_negative("order filled_quantity", self.filled_quantity)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The exchange accepted a request. Nothing is known about a fill yet."""

    order_id: str
    link_id: str
