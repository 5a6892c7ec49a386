"""The synchronous checks of a new order, in the order of spec section 2.4.

Each check is one function that raises the VenueError Bybit answers with, or returns nothing.
"""

from decimal import Decimal

from exchange_sim.engine.accounts import Account
from exchange_sim.engine.errors import RetCode, VenueError, invalid
from exchange_sim.engine.leg_checks import check_legs, check_price
from exchange_sim.engine.money import on_grid
from exchange_sim.engine.order_margin import only_closes
from exchange_sim.engine.order_model import Order, Trigger
from exchange_sim.engine.placing_margin import shortage
from exchange_sim.engine.triggers import is_reached, price_of
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.vocabulary import OrderType, TriggerDirection
from exchange_sim.engine.working import reducible
from exchange_sim.market.values import Instrument, Tick

MAX_ACTIVE_ORDERS = 500  # per symbol, without the conditional ones
MAX_CONDITIONAL_ORDERS = 10  # per symbol
_TEXT_SCALE = 10**8  # the venue prints quantities in its texts as whole 1e-8 units


def check_order(venue: Venue, account: Account, order: Order) -> None:
    """Refuse an order the venue would refuse; the first reason wins."""
    instrument, tick = venue.instrument(order.symbol), venue.tick(order.symbol)
    check_position_idx(account, order.symbol, order.position_idx)
    check_quantity(instrument, order)
    if order.order_type is OrderType.LIMIT and order.price is not None:
        check_price(instrument, order.price, "price")
    _check_counts(account, order)
    if only_closes(order) and order.trigger is None:
        _check_reducible(account, order)
    if order.trigger is not None:
        check_trigger(instrument, tick, order.trigger)
    if order.protection:
        check_protection(venue, order)
    check_notional(instrument, tick, order)
    if order.trigger is None and not only_closes(order):
        problem = shortage(venue, account, order)
        if problem is not None:
            raise problem


def check_position_idx(account: Account, symbol: str, position_idx: int) -> None:
    """Refuse a position row that the mode of the symbol does not have."""
    if position_idx not in account.position_indices(symbol):
        raise invalid("position idx not match position mode")


def check_quantity(instrument: Instrument, order: Order) -> None:
    """Refuse a quantity off the step grid or outside the limits of the order type."""
    quantity = order.quantity
    if quantity < instrument.min_qty:
        raise invalid(
            "The number of contracts exceeds minimum limit allowed: "
            f"order_qty:{quantity} < min_qty:{instrument.min_qty}"
        )
    most = (
        instrument.max_market_qty if order.order_type is OrderType.MARKET else instrument.max_qty
    )
    if quantity > most:
        raise invalid(
            "The number of contracts exceeds maximum limit allowed: too large, "
            f"order_qty:{quantity * _TEXT_SCALE:.0f} > max_qty:{most * _TEXT_SCALE:.0f}"
        )
    if not on_grid(quantity, instrument.qty_step):
        raise invalid(f"Qty invalid: {quantity} is not a multiple of {instrument.qty_step}")


def check_trigger(instrument: Instrument, tick: Tick, trigger: Trigger) -> None:
    """Refuse a trigger price off the grid or already passed (110092, 110093)."""
    check_price(instrument, trigger.price, "triggerPrice")
    if not is_reached(trigger, tick):
        return
    current = f"current[{price_of(tick, trigger.by)}]??{trigger.by}"
    if trigger.direction is TriggerDirection.RISE:
        text = f"expect Rising, but trigger_price[{trigger.price}] <= {current}"
        raise VenueError(RetCode.EXPECT_RISING, text)
    text = f"expect Falling, but trigger_price[{trigger.price}] >= {current}"
    raise VenueError(RetCode.EXPECT_FALLING, text)


def check_protection(venue: Venue, order: Order) -> None:
    """Refuse attached legs on a closing order or on the wrong side of the entry."""
    if only_closes(order):
        raise invalid("takeProfit and stopLoss cannot be set on a reduce-only order")
    base: Decimal | None = None
    if order.order_type is OrderType.LIMIT:
        base = order.price
    elif order.trigger is not None:
        base = order.trigger.price
    check_legs(venue, order.symbol, order.side, order.protection, base)


def check_notional(instrument: Instrument, tick: Tick, order: Order) -> None:
    """Refuse an opening order worth less than the minimum (110094)."""
    price = tick.last if order.order_type is OrderType.MARKET else order.price or tick.last
    if order.trigger is not None and order.order_type is OrderType.MARKET:
        price = order.trigger.price
    if not only_closes(order) and order.quantity * price < instrument.min_notional:
        raise VenueError(
            RetCode.BELOW_MIN_NOTIONAL,
            f"Order does not meet minimum order value {instrument.min_notional}USDT",
        )


def _check_reducible(account: Account, order: Order) -> None:
    if reducible(account, order):
        return
    holding = account.holding(order.symbol, order.position_idx)
    if not holding.size:
        text = "current position is zero, cannot fix reduce-only order qty"
        raise VenueError(RetCode.REDUCE_ONLY, text)
    raise VenueError(RetCode.REDUCE_ONLY, "Reduce-only rule not satisfied")


def _check_counts(account: Account, order: Order) -> None:
    conditional = order.trigger is not None
    present = sum(
        other.is_conditional == conditional and not other.stop_order_type.protects
        for other in account.orders.open(order.symbol)
    )
    if conditional and present >= MAX_CONDITIONAL_ORDERS:
        raise VenueError(
            RetCode.TOO_MANY_CONDITIONAL,
            f"{present} conditional orders on {order.symbol}; at most {MAX_CONDITIONAL_ORDERS}",
        )
    if not conditional and present >= MAX_ACTIVE_ORDERS:
        raise VenueError(
            RetCode.TOO_MANY_ACTIVE,
            f"{present} active orders on {order.symbol}; allowed are {MAX_ACTIVE_ORDERS}",
        )
