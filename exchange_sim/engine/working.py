"""Works an accepted order against the book, and what happens to the part that does not fill."""

from dataclasses import replace
from decimal import Decimal

from exchange_sim.engine.accounts import Account
from exchange_sim.engine.ending import end_order
from exchange_sim.engine.fills import fill_order
from exchange_sim.engine.matching import Fill, is_worse, takeable, total
from exchange_sim.engine.money import ceil_to, floor_to
from exchange_sim.engine.order_margin import only_closes
from exchange_sim.engine.order_model import ZERO, Order
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.vocabulary import (
    CancelType,
    OrderType,
    RejectReason,
    Side,
    TimeInForce,
)
from exchange_sim.market.values import Book

_SLIPPAGE = frozenset({"match.slippage"})
_DEPTHS = (5, 50, 1000)  # levels asked for first, and when those are not enough


def work_order(venue: Venue, account: Account, order: Order) -> Order:
    """Fill what the book gives now; the rest stays, or ends by its time in force."""
    if order.order_id in venue.held:
        return order
    allowed = reducible(account, order)
    if not allowed:
        return end_order(venue, account, order, CancelType.BY_REDUCE_ONLY)
    assert order.price is not None
    wanted = min(allowed, piece(venue, order))
    fills = reachable(venue, order.symbol, order.side, wanted, order.price)
    refusal = _refusal(order, fills)
    if refusal is not None:
        return end_order(venue, account, order, CancelType.UNKNOWN, refusal)
    for fill in _slipped(venue, account, order, fills):
        order = fill_order(venue, account, order, fill)
    return settle_piece(venue, account, order) if fills else settle_rest(venue, account, order)


def piece(venue: Venue, order: Order) -> Decimal:
    """How much of the order may fill now: all that is left, unless it fills in stages."""
    plan = venue.plans.get(order.order_id)
    return plan.piece(order, venue.instruments[order.symbol].qty_step) if plan else order.rest


def settle_piece(venue: Venue, account: Account, order: Order) -> Order:
    """Note the next stage of an order that just got a piece, or settle what is left of it."""
    plan = venue.plans.pop(order.order_id, None)
    if plan is None or not order.is_open:
        return settle_rest(venue, account, order)
    following = plan.after_a_piece()
    if following is not None:
        venue.plans[order.order_id] = following
        venue.held.add(order.order_id)  # nothing else may fill it in between
        due_ms = venue.now_ms + plan.spacing_ms
        venue.agenda.note(due_ms, lambda: _next_stage(venue, account, order.order_id))
        return order
    if plan.ends:
        reason = RejectReason.NO_IMMEDIATE_QUANTITY
        return end_order(venue, account, order, CancelType.UNKNOWN, reason)
    return settle_rest(venue, account, order)


def _next_stage(venue: Venue, account: Account, order_id: str) -> None:
    venue.held.discard(order_id)
    order = account.orders.get(order_id)
    if order is None or not order.is_open:
        venue.plans.pop(order_id, None)
        return
    quantity = min(reducible(account, order), piece(venue, order))
    assert order.price is not None
    resting = order.order_type is OrderType.LIMIT and order.time_in_force is not TimeInForce.IOC
    fills = (
        [Fill(order.price, quantity, is_maker=True)]
        if resting and quantity
        else reachable(venue, order.symbol, order.side, quantity, order.price)
    )
    for fill in fills:
        order = fill_order(venue, account, order, fill)
    settle_piece(venue, account, order)


def reducible(account: Account, order: Order) -> Decimal:
    """How much of the order may fill: a closing one at most what is held on the other side."""
    if not only_closes(order):
        return order.rest
    holding = account.holding(order.symbol, order.position_idx)
    return min(order.rest, holding.size) if holding.side is order.side.opposite else ZERO


def reachable(
    venue: Venue, symbol: str, side: Side, quantity: Decimal, limit: Decimal
) -> list[Fill]:
    """What a taker would get now; looks deeper into the book only if the first levels run out."""
    fills: list[Fill] = []
    for depth in _DEPTHS:
        book = venue.feed.book_around(venue.tick(symbol), depth)
        fills = takeable(book, side, quantity, limit)
        if total(fills) == quantity or _ends_inside(book, side, depth, limit):
            break
    return fills


def settle_rest(venue: Venue, account: Account, order: Order) -> Order:
    """End what may not stay: the rest of an immediate order, or one with nothing to reduce."""
    if not order.is_open:
        return order
    if not reducible(account, order):
        return end_order(venue, account, order, CancelType.BY_REDUCE_ONLY)
    if order.order_type is OrderType.MARKET or order.time_in_force is TimeInForce.IOC:
        reason = RejectReason.NO_IMMEDIATE_QUANTITY
        return end_order(venue, account, order, CancelType.UNKNOWN, reason)
    return order


def _slipped(venue: Venue, account: Account, order: Order, fills: list[Fill]) -> list[Fill]:
    """The fills at worse prices if the market slips, but never beyond the order's own price."""
    trouble = venue.trouble(_SLIPPAGE, account, order) if fills else None
    if trouble is None:
        return fills
    assert order.price is not None
    tick, sign = venue.instruments[order.symbol].tick_size, order.side.sign
    factor = 1 + sign * trouble.number("bps") / 10_000
    rounded, nearest = (ceil_to, min) if order.side is Side.BUY else (floor_to, max)
    return [
        replace(fill, price=nearest(order.price, rounded(fill.price * factor, tick)))
        for fill in fills
    ]


def _refusal(order: Order, fills: list[Fill]) -> RejectReason | None:
    if order.time_in_force is TimeInForce.POST_ONLY and fills:
        return RejectReason.POST_ONLY_WOULD_TAKE
    if order.time_in_force is TimeInForce.FOK and total(fills) < order.rest:
        return RejectReason.NO_FULL_FILL
    return None


def _ends_inside(book: Book, side: Side, depth: int, limit: Decimal) -> bool:
    """Whether more levels could not add a fill: the side is shorter, or beyond the limit."""
    levels = book.asks if side is Side.BUY else book.bids
    return len(levels) < depth or is_worse(levels[-1][0], limit, side)
