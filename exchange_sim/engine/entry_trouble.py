"""What may go wrong with a new order after it was accepted (spec section 7, match.*)."""

from dataclasses import replace
from decimal import Decimal

from exchange_sim.engine.accounts import Account
from exchange_sim.engine.announcing import announce_order
from exchange_sim.engine.disturbances import Disturbance
from exchange_sim.engine.ending import end_order
from exchange_sim.engine.errors import invalid
from exchange_sim.engine.money import floor_to
from exchange_sim.engine.order_model import Order
from exchange_sim.engine.stages import StagePlan
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.vocabulary import (
    CancelType,
    OrderStatus,
    OrderType,
    RejectReason,
    TimeInForce,
)

_ANY_ORDER = frozenset({"match.async_reject", "match.qty_truncated"})
_WORKING_ORDER = frozenset({"match.partial", "match.partial_then_cancel"})
_IMMEDIATE_ORDER = frozenset({"match.no_liquidity"})
_PRICED_ORDER = frozenset({"match.price_adjusted"})
_RESTING_ORDER = frozenset({"match.limit_never_fills"})
_POST_ONLY_ORDER = frozenset({"match.post_only_cross"})


def expect_trouble(venue: Venue, account: Account, draft: Order) -> Disturbance | None:
    """What shall go wrong with a checked draft.

    Raises: VenueError 10001 if it is a lack of liquidity that is told at once.
    """
    if venue.disturbances.is_quiet:
        return None
    trouble = venue.trouble(_possible(draft), account, draft)
    if trouble is None or trouble.name != "match.no_liquidity":
        return trouble
    if trouble.text("mode") == "sync_10001":
        # The text of a recorded answer: the band within which nobody was found.
        raise invalid(f"{draft.side.value.lower()}: [{draft.price},{draft.price}] invalid")
    return trouble


def reshape(venue: Venue, draft: Order, trouble: Disturbance | None) -> Order:
    """The order the venue makes of a draft: smaller, or priced further from the market."""
    if trouble is None:
        return draft
    instrument = venue.instruments[draft.symbol]
    if trouble.name == "match.qty_truncated":
        kept = floor_to(draft.quantity * trouble.number("fraction"), instrument.qty_step)
        return replace(draft, quantity=max(kept, instrument.min_qty))
    if trouble.name == "match.price_adjusted" and draft.price is not None:
        distance = trouble.whole("ticks") * instrument.tick_size
        price = draft.price - draft.side.sign * distance
        return replace(draft, price=max(instrument.min_price, min(price, instrument.max_price)))
    return draft


def befall(venue: Venue, account: Account, order: Order, trouble: Disturbance) -> Order:
    """Let the trouble happen to an order that was just entered; the order afterwards.

    It is finished if the trouble ended it; otherwise it goes on, perhaps in stages.
    """
    match trouble.name:
        case "match.async_reject":
            return _refuse(venue, account, order, trouble)
        case "match.no_liquidity":
            reason = RejectReason.NO_IMMEDIATE_QUANTITY
            return end_order(venue, account, order, CancelType.UNKNOWN, reason)
        case "match.post_only_cross":
            reason = RejectReason.POST_ONLY_WOULD_TAKE
            return end_order(venue, account, order, CancelType.UNKNOWN, reason)
        case "match.limit_never_fills":
            venue.held.add(order.order_id)
        case "match.partial":
            spacing_ms = trouble.whole("spacing_ms")
            venue.plans[order.order_id] = StagePlan(read_fractions(trouble), spacing_ms)
        case "match.partial_then_cancel":
            fraction = trouble.number("fraction")
            venue.plans[order.order_id] = StagePlan((fraction,), ends=True)
    return order


def read_fractions(trouble: Disturbance) -> tuple[Decimal, ...]:
    """The fractions (each above 0, at most 1) of the whole quantity, piece by piece."""
    return tuple(Decimal(word) for word in trouble.names("fractions"))


def _possible(draft: Order) -> frozenset[str]:
    """The troubles that can befall an order of this kind."""
    names = _ANY_ORDER
    if draft.order_type is OrderType.LIMIT:
        names |= _PRICED_ORDER
    if draft.is_waiting:
        return names
    if draft.time_in_force is TimeInForce.POST_ONLY:
        names |= _POST_ONLY_ORDER
    if draft.time_in_force in {TimeInForce.IOC, TimeInForce.FOK}:
        names |= _IMMEDIATE_ORDER
    else:
        names |= _RESTING_ORDER
    return names if draft.time_in_force is TimeInForce.FOK else names | _WORKING_ORDER


def _refuse(venue: Venue, account: Account, order: Order, trouble: Disturbance) -> Order:
    refused = replace(
        order,
        status=OrderStatus(trouble.text("status")),
        reject_reason=RejectReason(trouble.text("rejectReason")),
        updated_ms=venue.now_ms,
    )
    account.orders.put(refused)
    announce_order(venue, account, refused)
    return refused
