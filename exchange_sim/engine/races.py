"""Cancels and amendments that lose the race against a fill (spec sections 2.4 and 7)."""

from dataclasses import replace
from functools import partial

from exchange_sim.engine.accounts import Account
from exchange_sim.engine.amending import Amendment, apply_amendment
from exchange_sim.engine.announcing import announce_order
from exchange_sim.engine.disturbances import Disturbance
from exchange_sim.engine.ending import cancel_by_user
from exchange_sim.engine.fills import fill_order
from exchange_sim.engine.matching import Fill
from exchange_sim.engine.money import floor_to
from exchange_sim.engine.order_model import ZERO, Order
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.vocabulary import CancelType, RejectReason
from exchange_sim.engine.working import reducible, settle_rest

_CANCEL = frozenset({"match.fill_during_cancel", "match.late_fill"})
_AMEND = frozenset({"match.fill_during_amend"})


def cancel(venue: Venue, account: Account, order: Order) -> Order:
    """Cancel an order as its owner asked, unless a fill is faster; the order afterwards."""
    trouble = None if order.is_waiting else venue.trouble(_CANCEL, account, order)
    if trouble is None:
        return cancel_by_user(venue, account, order)
    if trouble.name == "match.late_fill":
        return _cancel_then_fill(venue, account, order, trouble)
    return _fill_then_tell_twice(venue, account, order)


def amend(venue: Venue, account: Account, amendment: Amendment) -> Order:
    """Change an order, unless it fills on its former terms first; the order afterwards."""
    former = amendment.former
    if former.is_waiting or venue.trouble(_AMEND, account, former) is None:
        return apply_amendment(venue, account, amendment)
    return _fill_now(venue, account, former)


def _fill_now(venue: Venue, account: Account, order: Order) -> Order:
    """Fill all that is left at the order's own price, as the maker it was."""
    quantity = reducible(account, order)
    assert order.price is not None
    if quantity:
        order = fill_order(venue, account, order, Fill(order.price, quantity, is_maker=True))
    return settle_rest(venue, account, order)


def _fill_then_tell_twice(venue: Venue, account: Account, order: Order) -> Order:
    # Documented by Bybit: Filled is told a second time, then with the type of the lost cancel.
    filled = replace(
        _fill_now(venue, account, order),
        cancel_type=CancelType.BY_USER,
        reject_reason=RejectReason.ORIGINAL_GONE,
    )
    account.orders.put(filled)
    announce_order(venue, account, filled)
    return filled


def _cancel_then_fill(venue: Venue, account: Account, order: Order, trouble: Disturbance) -> Order:
    cancelled = cancel_by_user(venue, account, order)
    due_ms = venue.now_ms + trouble.whole("ms")
    venue.agenda.note(due_ms, partial(_fill_late, venue, account, cancelled, trouble))
    return cancelled


def _fill_late(venue: Venue, account: Account, order: Order, trouble: Disturbance) -> None:
    """The fill that was under way when the order was cancelled; the order stays Cancelled."""
    step = venue.instruments[order.symbol].qty_step
    wanted = max(step, floor_to(order.rest * trouble.number("fraction"), step))
    quantity = min(wanted, reducible(account, order), order.rest)
    if quantity > ZERO and order.price is not None:
        venue.live.add(order.symbol)
        fill_order(venue, account, order, Fill(order.price, quantity, is_maker=True))
