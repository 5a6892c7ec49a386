"""An order as the venue tells it, and the values it is made of.

All values are frozen: what a query or an event handed out never changes afterwards. Prices are
USDT, quantities base coin, times milliseconds UTC; `None` means "no such value".
"""

from dataclasses import dataclass
from decimal import Decimal

from exchange_sim.engine.vocabulary import (
    CancelType,
    CreateType,
    OrderStatus,
    OrderType,
    RejectReason,
    Side,
    StopOrderType,
    TimeInForce,
    TpslMode,
    TriggerBy,
    TriggerDirection,
)

ZERO = Decimal(0)
OPEN_STATUSES = frozenset(
    {OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED, OrderStatus.UNTRIGGERED, OrderStatus.TRIGGERED}
)


@dataclass(frozen=True, slots=True)
class Trigger:
    """The price event that turns a conditional order into a working one."""

    price: Decimal
    direction: TriggerDirection
    by: TriggerBy = TriggerBy.LAST


@dataclass(frozen=True, slots=True)
class Trailing:
    """A stop that follows the price at a distance, once the activation price was reached.

    `extreme` is the best price seen since activation; None while it is not active yet.
    """

    distance: Decimal
    activation_price: Decimal | None = None
    extreme: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    """One take-profit or stop-loss instruction: market when `limit_price` is None."""

    price: Decimal
    by: TriggerBy = TriggerBy.LAST
    limit_price: Decimal | None = None

    @property
    def order_type(self) -> OrderType:
        """How the leg is executed when it triggers."""
        return OrderType.MARKET if self.limit_price is None else OrderType.LIMIT


@dataclass(frozen=True, slots=True)
class Protection:
    """The take-profit and stop-loss attached to an entry order."""

    take_profit: Leg | None = None
    stop_loss: Leg | None = None
    mode: TpslMode = TpslMode.FULL

    def __bool__(self) -> bool:
        """True when there is at least one leg."""
        return self.take_profit is not None or self.stop_loss is not None


NO_PROTECTION = Protection()


@dataclass(frozen=True, slots=True)
class Slippage:
    """The slippage a market order tolerates: `TickSize` (ticks) or `Percent` (0.01..10)."""

    kind: str
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order in its present state.

    `price` of a market order is the worst price it may fill at. `parent_link_id` and `parent_id`
    name the entry an attached take-profit or stop-loss came from, `twin_id` its OCO partner.
    `closed_pnl` is what its closing fills earned, net of fees. `protection` stays on the entry.
    """

    order_id: str
    symbol: str
    side: Side
    order_type: OrderType
    quantity: Decimal
    created_ms: int
    updated_ms: int
    link_id: str = ""
    parent_link_id: str = ""
    parent_id: str = ""
    twin_id: str = ""
    price: Decimal | None = None
    time_in_force: TimeInForce = TimeInForce.GTC
    position_idx: int = 0
    reduce_only: bool = False
    close_on_trigger: bool = False
    trigger: Trigger | None = None
    trailing: Trailing | None = None
    protection: Protection = NO_PROTECTION
    tpsl_mode: TpslMode | None = None
    slippage: Slippage | None = None
    smp_type: str = "None"
    status: OrderStatus = OrderStatus.NEW
    create_type: CreateType = CreateType.BY_USER
    stop_order_type: StopOrderType = StopOrderType.NONE
    cancel_type: CancelType = CancelType.UNKNOWN
    reject_reason: RejectReason = RejectReason.NO_ERROR
    filled_quantity: Decimal = ZERO
    filled_value: Decimal = ZERO
    filled_fee: Decimal = ZERO
    closed_pnl: Decimal = ZERO
    last_price_on_created: Decimal = ZERO

    @property
    def is_open(self) -> bool:
        """Whether the order can still change: New, PartiallyFilled, Untriggered (or Triggered)."""
        return self.status in OPEN_STATUSES

    @property
    def is_waiting(self) -> bool:
        """Whether it is a conditional or protective order that has not triggered yet."""
        return self.status is OrderStatus.UNTRIGGERED

    @property
    def is_conditional(self) -> bool:
        """Whether the user made it wait for a trigger price; protective children are not meant."""
        return self.stop_order_type is StopOrderType.STOP

    @property
    def rest(self) -> Decimal:
        """Quantity not filled yet, also of a finished order."""
        return self.quantity - self.filled_quantity

    @property
    def leaves_quantity(self) -> Decimal:
        """Quantity that may still fill: zero for every finished order, as on the venue."""
        return self.rest if self.is_open else ZERO

    @property
    def leaves_value(self) -> Decimal:
        """Leaves quantity at the order's price (trigger price for a market stop), USDT."""
        price = self.price if self.price is not None else self.trigger and self.trigger.price
        return self.leaves_quantity * (price or ZERO)

    @property
    def average_price(self) -> Decimal | None:
        """Volume-weighted fill price; None without a fill."""
        return self.filled_value / self.filled_quantity if self.filled_quantity else None
