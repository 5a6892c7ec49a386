"""Changes an open order: quantity, price, trigger, attached stop and target."""

from dataclasses import dataclass, replace
from decimal import Decimal

from exchange_sim.engine.accounts import Account
from exchange_sim.engine.announcing import announce_order, announce_position
from exchange_sim.engine.errors import RetCode, VenueError, invalid
from exchange_sim.engine.leg_checks import check_price, read_legs
from exchange_sim.engine.order_checks import (
    check_notional,
    check_protection,
    check_quantity,
    check_trigger,
)
from exchange_sim.engine.order_margin import only_closes
from exchange_sim.engine.order_model import Order, Protection, Trigger
from exchange_sim.engine.placing_margin import shortage
from exchange_sim.engine.price_limits import nearest_allowed
from exchange_sim.engine.requests import AmendRequest
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.vocabulary import OrderType, TpslMode
from exchange_sim.engine.working import work_order


@dataclass(frozen=True, slots=True)
class Amendment:
    """A checked change: the order as it was and as it will be."""

    former: Order
    changed: Order


def draft_amendment(venue: Venue, account: Account, request: AmendRequest) -> Amendment:
    """The checked change a request asks for; nothing is changed yet.

    Raises: VenueError 110001 if the order is not open, 10001 if nothing would change, else the
    code of the first check of a new order that fails.
    """
    former = open_order(account, request.symbol, request.order_id, request.link_id, "replace")
    changed = _with_trigger(_with_price(venue, _with_quantity(former, request), request), request)
    changed = _with_protection(changed, request)
    if changed == former:
        raise invalid("order not modified")
    _check(venue, account, Amendment(former, changed))
    return Amendment(former, changed)


def apply_amendment(venue: Venue, account: Account, amendment: Amendment) -> Order:
    """Book the change and work the order if it now meets the market; the order afterwards."""
    order = replace(amendment.changed, updated_ms=venue.now_ms)
    if order.trigger != amendment.former.trigger and order.twin_id:
        order = _without_twin(account, order)
    account.orders.put(order)
    announce_order(venue, account, order)
    announce_position(venue, account, order.symbol, order.position_idx)
    if order.is_waiting:
        return order
    return work_order(venue, account, order)


def open_order(account: Account, symbol: str, order_id: str, link_id: str, purpose: str) -> Order:
    """The open order a request names. Raises: VenueError 10001 or 110001."""
    if not order_id and not link_id:
        raise invalid("params error: OrderId or orderLinkId is required")
    order = account.orders.find(order_id, link_id)
    if order is None or not order.is_open or order.symbol != symbol:
        raise VenueError(RetCode.ORDER_NOT_FOUND, f"order not exists or too late to {purpose}")
    return order


def _with_quantity(order: Order, request: AmendRequest) -> Order:
    quantity = request.quantity
    if quantity is None or quantity == order.quantity:
        return order
    if order.tpsl_mode is TpslMode.FULL and order.stop_order_type.protects:
        raise invalid("Qty invalid: a Full take-profit or stop-loss follows the position size")
    if quantity <= order.filled_quantity:
        raise VenueError(
            RetCode.BELOW_FILLED,
            f"new quantity {quantity} is not above the filled {order.filled_quantity}",
        )
    return replace(order, quantity=quantity)


def _with_price(venue: Venue, order: Order, request: AmendRequest) -> Order:
    if not request.price or order.order_type is not OrderType.LIMIT:
        return order
    instrument = venue.instrument(order.symbol)
    check_price(instrument, request.price, "price")
    if order.is_waiting:
        return replace(order, price=request.price)
    tick = venue.tick(order.symbol)
    return replace(order, price=nearest_allowed(instrument, tick, order.side, request.price))


def _with_trigger(order: Order, request: AmendRequest) -> Order:
    if not order.is_waiting or order.trigger is None or order.trailing is not None:
        return order
    price = request.trigger_price or order.trigger.price
    by = request.trigger_by or order.trigger.by
    return replace(order, trigger=Trigger(price, order.trigger.direction, by))


def _with_protection(order: Order, request: AmendRequest) -> Order:
    """The order with the legs that were named changed; "0" removes a leg."""
    if request.take_profit is None and request.stop_loss is None:
        return order
    if order.stop_order_type.protects:
        raise invalid("takeProfit and stopLoss cannot be set on a take-profit or stop-loss order")
    mode = request.tpsl_mode or order.tpsl_mode or TpslMode.FULL
    new, old = read_legs(request, mode), order.protection
    legs = Protection(
        old.take_profit if request.take_profit is None else new.take_profit,
        old.stop_loss if request.stop_loss is None else new.stop_loss,
        mode,
    )
    return replace(order, protection=legs, tpsl_mode=mode if legs else None)


def _check(venue: Venue, account: Account, amendment: Amendment) -> None:
    former, order = amendment.former, amendment.changed
    instrument, tick = venue.instrument(order.symbol), venue.tick(order.symbol)
    if order.quantity != former.quantity:
        check_quantity(instrument, order)
    if order.trigger != former.trigger and order.trigger is not None:
        check_trigger(instrument, tick, order.trigger)
    if order.protection and order.protection != former.protection:
        check_protection(venue, order)
    check_notional(instrument, tick, order)
    if order.is_waiting or only_closes(order) or _binds(order) <= _binds(former):
        return
    problem = shortage(venue, account, order)
    if problem is not None:
        raise problem


def _binds(order: Order) -> Decimal:
    return order.rest * (order.price or Decimal(0))


def _without_twin(account: Account, order: Order) -> Order:
    """Unbind an OCO pair: afterwards one leg does not cancel the other (spec 2.3)."""
    partner = account.orders.get(order.twin_id)
    if partner is not None and partner.is_open:
        account.orders.put(replace(partner, twin_id=""))
    return replace(order, twin_id="")
