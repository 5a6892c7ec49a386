"""How an order ends without being filled completely."""

from dataclasses import replace

from exchange_sim.engine.accounts import Account
from exchange_sim.engine.announcing import announce_order, announce_position
from exchange_sim.engine.order_model import Order
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.vocabulary import CancelType, OrderStatus, RejectReason


def end_order(
    venue: Venue,
    account: Account,
    order: Order,
    cancel_type: CancelType,
    reason: RejectReason = RejectReason.NO_ERROR,
) -> Order:
    """Take an open order off the venue; the order afterwards.

    One that never triggered becomes Deactivated, any other Cancelled (clients accept both:
    the documents leave it open for linear contracts).
    """
    ended = replace(
        order,
        status=OrderStatus.DEACTIVATED if order.is_waiting else OrderStatus.CANCELLED,
        cancel_type=cancel_type,
        reject_reason=reason,
        updated_ms=venue.now_ms,
    )
    account.orders.put(ended)
    announce_order(venue, account, ended)
    return ended


def cancel_by_user(venue: Venue, account: Account, order: Order) -> Order:
    """Cancel an order as its owner asked; tells the position row too, as the venue does."""
    ended = end_order(venue, account, order, CancelType.BY_USER, RejectReason.PER_CANCEL_REQUEST)
    announce_position(venue, account, order.symbol, order.position_idx)
    return ended
