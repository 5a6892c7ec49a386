"""Which waiting orders a tick fires, stops before targets, and how trailing stops follow."""

from dataclasses import replace
from decimal import Decimal
from typing import assert_never

from exchange_sim.engine.accounts import Account
from exchange_sim.engine.order_model import Order, Trailing, Trigger
from exchange_sim.engine.protection import twin_of
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.vocabulary import Side, TriggerBy, TriggerDirection
from exchange_sim.market.values import Tick


def price_of(tick: Tick, by: TriggerBy) -> Decimal:
    """The price a trigger of this kind watches."""
    match by:
        case TriggerBy.LAST:
            return tick.last
        case TriggerBy.MARK:
            return tick.mark
        case TriggerBy.INDEX:
            return tick.index
    assert_never(by)


def is_reached(trigger: Trigger, tick: Tick) -> bool:
    """Whether the watched price is at or beyond the trigger price."""
    price = price_of(tick, trigger.by)
    if trigger.direction is TriggerDirection.RISE:
        return price >= trigger.price
    return price <= trigger.price


def next_due(venue: Venue, account: Account, tick: Tick) -> Order | None:
    """The waiting order to fire next: stops first, then the oldest; None if none is due.

    A target gives way if its stop is reached later in the same candle: nobody knows which came
    first inside it, and the pessimistic answer is the stop.
    """
    due = [
        order
        for order in account.orders.open(tick.symbol)
        if order.is_waiting and order.trigger and is_reached(order.trigger, tick) and _armed(order)
    ]
    for order in sorted(due, key=lambda order: not order.stop_order_type.limits_loss):
        stop = None if order.stop_order_type.limits_loss else twin_of(account, order)
        if stop is None or not _reached_in_this_candle(venue, stop, tick):
            return order
    return None


def follow(venue: Venue, account: Account, tick: Tick) -> None:
    """Move the trailing stops of a symbol behind the last price."""
    for order in account.orders.open(tick.symbol):
        if order.is_waiting and order.trailing is not None:
            moved = trail(order, tick)
            if moved is not order:
                account.orders.put(moved)


def trail(order: Order, tick: Tick) -> Order:
    """A trailing stop after a tick: activated, moved, or the same object if nothing changed."""
    trailing, trigger = order.trailing, order.trigger
    assert trailing is not None
    assert trigger is not None
    upwards = order.side is Side.SELL  # a stop of a long position sells and trails upwards
    if trailing.extreme is None and not _activates(trailing, tick.last, upwards=upwards):
        return order
    extreme = trailing.extreme
    if extreme is not None and (tick.last <= extreme if upwards else tick.last >= extreme):
        return order
    distance = trailing.distance if upwards else -trailing.distance
    return replace(
        order,
        trailing=replace(trailing, extreme=tick.last),
        trigger=replace(trigger, price=tick.last - distance),
    )


def _activates(trailing: Trailing, last: Decimal, *, upwards: bool) -> bool:
    if trailing.activation_price is None:
        return True
    return last >= trailing.activation_price if upwards else last <= trailing.activation_price


def _armed(order: Order) -> bool:
    return order.trailing is None or order.trailing.extreme is not None


def _reached_in_this_candle(venue: Venue, stop: Order, tick: Tick) -> bool:
    assert stop.trigger is not None
    end_ms = venue.feed.driving_bar(tick.symbol, tick.ts_ms).end_ms
    # From this tick's own moment on: on the way to it, the price may stand between the two.
    return any(
        isinstance(event, Tick) and event.symbol == tick.symbol and is_reached(stop.trigger, event)
        for event in venue.feed.events(tick.ts_ms - 1, end_ms)
    )
