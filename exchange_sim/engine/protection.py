"""Stops and targets of positions: born with the fill, sized with the position, gone when flat."""

from dataclasses import replace
from decimal import Decimal
from functools import partial

from exchange_sim.engine.accounts import Account
from exchange_sim.engine.announcing import announce_position
from exchange_sim.engine.children import (
    ChildPlan,
    children,
    enter,
    full_child,
    new_child,
    update,
)
from exchange_sim.engine.ending import end_order
from exchange_sim.engine.holdings import Holding
from exchange_sim.engine.order_model import Leg, Order, Protection, Trigger
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.vocabulary import CancelType, StopOrderType, TpslMode

_CHILD = frozenset({"tpsl.child_delay", "tpsl.child_missing"})
_TARGET, _STOP = StopOrderType.PARTIAL_TAKE_PROFIT, StopOrderType.PARTIAL_STOP_LOSS


def after_fill(
    venue: Venue, account: Account, order: Order, before: Holding, after: Holding
) -> None:
    """Bring the protection of a position in line with a fill that just changed it."""
    if before.side is not None and before.side is not after.side:
        clear(venue, account, before, spare=order.order_id)
    if after.side is order.side and order.protection:
        opened = after.size - before.size if before.side is after.side else after.size
        if not _is_withheld(venue, account, order):
            _attach(venue, account, order, after, opened)
    _resize_full(venue, account, after)


def _is_withheld(venue: Venue, account: Account, entry: Order) -> bool:
    """Whether the stops of an entry are not created with its fill: late, or never."""
    if entry.order_id in venue.childless:
        return True
    trouble = venue.trouble(_CHILD, account, entry)
    if trouble is None:
        return False
    venue.childless.add(entry.order_id)
    if trouble.name == "tpsl.child_delay":
        due_ms = venue.now_ms + trouble.whole("ms")
        venue.agenda.note(due_ms, partial(_attach_late, venue, account, entry.order_id))
    return True


def _attach_late(venue: Venue, account: Account, order_id: str) -> None:
    venue.childless.discard(order_id)
    entry = account.orders.get(order_id)
    assert entry is not None, "entries are never forgotten"
    holding = account.holding(entry.symbol, entry.position_idx)
    if holding.side is entry.side:
        _attach(venue, account, entry, holding, min(entry.filled_quantity, holding.size))
        announce_position(venue, account, entry.symbol, entry.position_idx)


def clear(venue: Venue, account: Account, holding: Holding, *, spare: str) -> None:
    """Remove what protected a position that is gone, and its working reduce-only orders.

    `spare` is the order whose fill closed the position: it ends by its own rules.
    """
    for order in account.orders.open(holding.symbol):
        if order.position_idx != holding.position_idx or order.order_id == spare:
            continue
        if order.is_waiting and order.stop_order_type.protects:
            end_order(venue, account, order, CancelType.BY_TPSL_CLEAR)
        elif order.reduce_only and not order.is_waiting:
            end_order(venue, account, order, CancelType.BY_REDUCE_ONLY)


def set_full(
    venue: Venue,
    account: Account,
    holding: Holding,
    kind: StopOrderType,
    leg: Leg,
    parent: Order | None = None,
) -> Order:
    """Set the stop or target of the whole position: change the one it has, or create it."""
    existing = full_child(account, holding, kind)
    if existing is None:
        plan = ChildPlan(kind, leg, holding.size, TpslMode.FULL, parent)
        return enter(venue, account, new_child(venue, holding, plan))
    assert existing.trigger is not None
    moved = replace(existing, trigger=Trigger(leg.price, existing.trigger.direction, leg.by))
    if parent is not None:
        moved = replace(moved, parent_link_id=parent.link_id, parent_id=parent.order_id)
    return update(venue, account, moved)


def add_partial(
    venue: Venue,
    account: Account,
    holding: Holding,
    legs: Protection,
    quantity: Decimal,
    parent: Order | None = None,
) -> None:
    """Add a pair (or a single leg) for a part of the position; a pair is bound as OCO."""
    target = stop = None
    mode = TpslMode.PARTIAL
    if legs.take_profit is not None:
        plan = ChildPlan(_TARGET, legs.take_profit, quantity, mode, parent)
        target = new_child(venue, holding, plan)
    if legs.stop_loss is not None:
        plan = ChildPlan(_STOP, legs.stop_loss, quantity, mode, parent)
        stop = new_child(venue, holding, plan)
    if target is not None:
        enter(venue, account, replace(target, twin_id=stop.order_id if stop else ""))
    if stop is not None:
        enter(venue, account, replace(stop, twin_id=target.order_id if target else ""))


def twin_of(account: Account, order: Order) -> Order | None:
    """The waiting OCO partner of a child that triggers: bound by id, or the other Full leg."""
    if order.twin_id:
        partner = account.orders.get(order.twin_id)
        return partner if partner is not None and partner.is_waiting else None
    other = {
        StopOrderType.TAKE_PROFIT: StopOrderType.STOP_LOSS,
        StopOrderType.STOP_LOSS: StopOrderType.TAKE_PROFIT,
    }.get(order.stop_order_type)
    holding = account.holding(order.symbol, order.position_idx)
    return full_child(account, holding, other) if other else None


def _attach(
    venue: Venue, account: Account, entry: Order, holding: Holding, opened: Decimal
) -> None:
    legs = entry.protection
    if legs.mode is TpslMode.PARTIAL:
        if not _grow(venue, account, entry, opened):
            add_partial(venue, account, holding, legs, opened, entry)
        return
    if legs.take_profit is not None:
        set_full(venue, account, holding, StopOrderType.TAKE_PROFIT, legs.take_profit, entry)
    if legs.stop_loss is not None:
        set_full(venue, account, holding, StopOrderType.STOP_LOSS, legs.stop_loss, entry)


def _grow(venue: Venue, account: Account, entry: Order, opened: Decimal) -> bool:
    """Enlarge the pair an earlier fill of the same entry created; False if there is none."""
    pair = [
        child
        for child in children(account, entry.symbol, entry.position_idx)
        if child.parent_id == entry.order_id and child.tpsl_mode is TpslMode.PARTIAL
    ]
    for child in pair:
        update(venue, account, replace(child, quantity=child.quantity + opened))
    return bool(pair)


def _resize_full(venue: Venue, account: Account, holding: Holding) -> None:
    for order in children(account, holding.symbol, holding.position_idx):
        if order.tpsl_mode is TpslMode.FULL and order.quantity != holding.size:
            update(venue, account, replace(order, quantity=holding.size))
