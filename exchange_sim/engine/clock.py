"""Lets the market happen: each tick and settlement in turn, skipping what matters to nobody."""

from collections.abc import Iterator
from dataclasses import replace

from exchange_sim.engine import funding
from exchange_sim.engine.accounts import Account
from exchange_sim.engine.activation import activate
from exchange_sim.engine.events import TickHappened
from exchange_sim.engine.fills import fill_order
from exchange_sim.engine.liquidation import liquidate_if_due
from exchange_sim.engine.matching import resting_fill
from exchange_sim.engine.order_model import Order
from exchange_sim.engine.triggers import follow, next_due
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.walk import is_jump, next_step
from exchange_sim.engine.working import piece, reducible, settle_piece
from exchange_sim.market.values import FundingEvent, Tick


def advance(venue: Venue, to_ms: int) -> None:
    """Process the market's events up to and including `to_ms`, then set the clock to it."""
    live, ticks, wants_ticks = venue.live, venue.ticks, venue.outbox.wants_ticks
    agenda = venue.agenda
    for event in venue.feed.events(venue.now_ms, to_ms):
        if agenda.due_ms <= event.ts_ms:
            _do_what_is_due(venue, event.ts_ms)
        venue.now_ms = event.ts_ms
        if isinstance(event, Tick):
            if event.symbol in live:
                _walk_to(venue, event)
            ticks[event.symbol] = event
            if event.symbol in live:
                react_to_tick(venue, event)
            if wants_ticks:
                venue.outbox.announce(TickHappened(event))
        elif event.symbol in live:
            react_to_funding(venue, event)
    _do_what_is_due(venue, to_ms)
    venue.now_ms = max(venue.now_ms, to_ms)


def _do_what_is_due(venue: Venue, until_ms: int) -> None:
    """Do what is on the agenda up to `until_ms`, each at its own moment."""
    while venue.agenda.due_ms <= until_ms:
        due_ms, action = venue.agenda.take()
        venue.now_ms = max(venue.now_ms, due_ms)
        action()
        _fire_overdue(venue)
        venue.outbox.flush()


def _fire_overdue(venue: Venue) -> None:
    """Fire what the present prices have passed already: a stop may have been born too late."""
    for account in venue.accounts.values():
        for symbol in account.orders.open_symbols():
            while _fire_next(venue, account, venue.tick(symbol), set()):
                continue


def _walk_to(venue: Venue, goal: Tick) -> None:
    """Fire the orders whose price lies between the last tick and `goal`, each at its price."""
    here = venue.ticks.get(goal.symbol)
    if here is None or is_jump(here.ts_ms, goal):
        return
    instrument = venue.instruments[goal.symbol]
    while (step := next_step(here, goal, _waiting(venue, goal.symbol), instrument)) is not None:
        here = venue.ticks[goal.symbol] = step
        react_to_tick(venue, step)


def _waiting(venue: Venue, symbol: str) -> Iterator[Order]:
    for account in venue.accounts.values():
        yield from (order for order in account.orders.open(symbol) if order.is_waiting)


def react_to_tick(venue: Venue, tick: Tick) -> None:
    """Everything a new price does to every account."""
    for account in venue.accounts.values():
        if account.is_interested(tick.symbol):
            _react(venue, account, tick)
    venue.settle_interest(tick.symbol)
    venue.outbox.flush()


def react_to_funding(venue: Venue, event: FundingEvent) -> None:
    """Charge the settlement, then liquidate whom it pushed below maintenance."""
    funding.settle(venue, event)
    for account in venue.accounts.values():
        liquidate_if_due(venue, account)
    venue.settle_interest(event.symbol)
    venue.outbox.flush()


def _react(venue: Venue, account: Account, tick: Tick) -> None:
    # Liquidation first: a gap through both the stop and the bankruptcy price is not stopped out.
    if liquidate_if_due(venue, account):
        return
    follow(venue, account, tick)
    filled: set[str] = set()
    while _fire_next(venue, account, tick, filled) or _fill_next(venue, account, tick, filled):
        # A fill may have created a stop that this very tick has already passed: look again.
        continue


def _fire_next(venue: Venue, account: Account, tick: Tick, filled: set[str]) -> bool:
    order = next_due(venue, account, tick)
    if order is None:
        return False
    filled.add(order.order_id)  # what it leaves in the book waits for the next tick
    activate(venue, account, order)
    return True


def _fill_next(venue: Venue, account: Account, tick: Tick, filled: set[str]) -> bool:
    """Fill the oldest resting order the tick reaches, each at most once per tick."""
    instrument = venue.instruments[tick.symbol]
    for order in account.orders.open(tick.symbol):
        if order.is_waiting or order.order_id in filled or order.order_id in venue.held:
            continue
        fill = resting_fill(order, tick, instrument, venue.matching)
        if fill is None:
            continue
        filled.add(order.order_id)
        quantity = min(fill.quantity, reducible(account, order), piece(venue, order))
        if quantity:
            fill_order(venue, account, order, replace(fill, quantity=quantity))
        settle_piece(venue, account, account.orders.present(order))
        return True
    return False
