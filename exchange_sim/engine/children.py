"""The protective child orders of a position: how they look, and where to find them."""

from dataclasses import dataclass, replace
from decimal import Decimal

from exchange_sim.engine.accounts import Account
from exchange_sim.engine.announcing import announce_order
from exchange_sim.engine.holdings import Holding
from exchange_sim.engine.order_model import Leg, Order, Trailing, Trigger
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.vocabulary import (
    CreateType,
    OrderStatus,
    OrderType,
    Side,
    StopOrderType,
    TimeInForce,
    TpslMode,
    TriggerDirection,
)

_CREATED_BY = {
    StopOrderType.TAKE_PROFIT: CreateType.BY_TAKE_PROFIT,
    StopOrderType.STOP_LOSS: CreateType.BY_STOP_LOSS,
    StopOrderType.TRAILING_STOP: CreateType.BY_TRAILING_STOP,
    StopOrderType.PARTIAL_TAKE_PROFIT: CreateType.BY_PARTIAL_TAKE_PROFIT,
    StopOrderType.PARTIAL_STOP_LOSS: CreateType.BY_PARTIAL_STOP_LOSS,
}


@dataclass(frozen=True, slots=True)
class ChildPlan:
    """A stop or target to be created: its kind, instruction, size, and the entry it came with."""

    kind: StopOrderType
    leg: Leg
    quantity: Decimal
    mode: TpslMode
    parent: Order | None = None
    trailing: Trailing | None = None


def new_child(venue: Venue, holding: Holding, plan: ChildPlan) -> Order:
    """The waiting order that closes `holding` when the plan's price is reached (spec 2.5)."""
    assert holding.side is not None
    leg, limit = plan.leg, plan.leg.order_type is OrderType.LIMIT
    return Order(
        order_id=venue.ids.next_uuid(),
        parent_link_id=plan.parent.link_id if plan.parent else "",
        parent_id=plan.parent.order_id if plan.parent else "",
        symbol=holding.symbol,
        side=holding.side.opposite,
        order_type=leg.order_type,
        quantity=plan.quantity,
        price=leg.limit_price,
        time_in_force=TimeInForce.GTC if limit else TimeInForce.IOC,
        position_idx=holding.position_idx,
        reduce_only=True,
        close_on_trigger=True,
        trigger=Trigger(leg.price, closing_direction(holding.side, plan.kind), leg.by),
        trailing=plan.trailing,
        tpsl_mode=plan.mode,
        status=OrderStatus.UNTRIGGERED,
        create_type=_CREATED_BY[plan.kind],
        stop_order_type=plan.kind,
        last_price_on_created=venue.tick(holding.symbol).last,
        created_ms=venue.now_ms,
        updated_ms=venue.now_ms,
    )


def closing_direction(side: Side, kind: StopOrderType) -> TriggerDirection:
    """Which way the price must go to fire a child of a position on `side`."""
    falling = (side is Side.BUY) is kind.limits_loss
    return TriggerDirection.FALL if falling else TriggerDirection.RISE


def children(account: Account, symbol: str, position_idx: int) -> list[Order]:
    """The waiting stops, targets and trailing stops of a position, oldest first."""
    return [
        order
        for order in account.orders.open(symbol)
        if order.is_waiting
        and order.position_idx == position_idx
        and order.stop_order_type.protects
    ]


def full_child(account: Account, holding: Holding, kind: StopOrderType) -> Order | None:
    """The waiting child of `kind` that covers the whole position, if there is one."""
    for order in children(account, holding.symbol, holding.position_idx):
        if order.stop_order_type is kind:
            return order
    return None


def enter(venue: Venue, account: Account, child: Order) -> Order:
    """Put a new child on the venue."""
    account.orders.put(child)
    venue.live.add(child.symbol)
    announce_order(venue, account, child)
    return child


def update(venue: Venue, account: Account, child: Order) -> Order:
    """Replace a child by its changed form."""
    changed = replace(child, updated_ms=venue.now_ms)
    account.orders.put(changed)
    announce_order(venue, account, changed)
    return changed
