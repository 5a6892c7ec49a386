"""Sets, changes and removes the stop, target and trailing stop of a position (spec 2.3)."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial

from exchange_sim.engine.accounts import Account
from exchange_sim.engine.announcing import announce_position
from exchange_sim.engine.children import (
    ChildPlan,
    children,
    closing_direction,
    enter,
    full_child,
    new_child,
    update,
)
from exchange_sim.engine.disturbances import Circumstance
from exchange_sim.engine.ending import cancel_by_user
from exchange_sim.engine.errors import RetCode, VenueError, invalid
from exchange_sim.engine.holdings import Holding
from exchange_sim.engine.leg_checks import check_legs, check_price, read_legs
from exchange_sim.engine.money import on_grid
from exchange_sim.engine.order_checks import check_position_idx
from exchange_sim.engine.order_model import Leg, Order, Trailing, Trigger
from exchange_sim.engine.protection import add_partial, set_full
from exchange_sim.engine.requests import TradingStopRequest
from exchange_sim.engine.triggers import trail
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.vocabulary import Side, StopOrderType, TpslMode

MAX_PARTIAL_STOPS = 20  # per position
_SETTING = frozenset({"tpsl.reject", "tpsl.set_ack_but_absent"})
Change = Callable[[], object]


def draft_stops(venue: Venue, account: Account, request: TradingStopRequest) -> list[Change]:
    """The checked changes a request asks for, not yet made.

    Raises: VenueError 10001 for a flat position or prices on the wrong side, 34040 if nothing
    would change, 110061 with too many Partial stops.
    """
    venue.instrument(request.symbol)
    position_idx = request.position_idx or 0
    check_position_idx(account, request.symbol, position_idx)
    holding = account.holding(request.symbol, position_idx)
    if holding.side is None:
        raise invalid("can not set tp/sl/ts for zero position")
    changes = _leg_changes(venue, account, holding, request)
    changes += _trailing_changes(venue, account, holding, request)
    if not changes:
        raise VenueError(RetCode.STOPS_NOT_MODIFIED, "not modified")
    return [*changes, partial(announce_position, venue, account, request.symbol, position_idx)]


def is_lost(venue: Venue, account: Account, request: TradingStopRequest) -> bool:
    """Whether checked changes are acknowledged but not made.

    Raises: VenueError with the code of the disturbance if they shall be refused instead.
    """
    if venue.disturbances.is_quiet:
        return False
    where = Circumstance(venue.now_ms, account.account_id, request.symbol)
    trouble = venue.disturbances.strike(_SETTING, where)
    if trouble is not None and trouble.name == "tpsl.reject":
        raise VenueError(trouble.whole("code"), trouble.text("text"))
    return trouble is not None


def _leg_changes(
    venue: Venue, account: Account, holding: Holding, request: TradingStopRequest
) -> list[Change]:
    legs = read_legs(request, request.tpsl_mode)
    assert holding.side is not None
    check_legs(venue, holding.symbol, holding.side, legs, None)
    if legs.mode is TpslMode.PARTIAL and legs:
        quantity = _partial_quantity(account, holding, request)
        return [partial(add_partial, venue, account, holding, legs, quantity)]
    wanted = (
        (StopOrderType.TAKE_PROFIT, request.take_profit, legs.take_profit),
        (StopOrderType.STOP_LOSS, request.stop_loss, legs.stop_loss),
    )
    changes: list[Change] = []
    for kind, price, leg in wanted:
        existing = full_child(account, holding, kind)
        if leg is not None and not _is_same(existing, leg):
            changes.append(partial(set_full, venue, account, holding, kind, leg))
        elif price == 0 and existing is not None:
            changes.append(partial(cancel_by_user, venue, account, existing))
    return changes


def _is_same(existing: Order | None, leg: Leg) -> bool:
    if existing is None or existing.trigger is None:
        return False
    return (existing.trigger.price, existing.trigger.by) == (leg.price, leg.by)


def _partial_quantity(account: Account, holding: Holding, request: TradingStopRequest) -> Decimal:
    target, stop = request.take_profit_size, request.stop_loss_size
    if target is not None and stop is not None and target != stop:
        raise invalid(f"tpSize {target} and slSize {stop} must be equal")
    quantity = target or stop
    if not quantity or quantity > holding.size:
        raise invalid(
            f"tpSize/slSize invalid: {quantity}; Partial mode takes above 0 up to {holding.size}"
        )
    present = [
        child
        for child in children(account, holding.symbol, holding.position_idx)
        if child.tpsl_mode is TpslMode.PARTIAL
    ]
    if len(present) >= MAX_PARTIAL_STOPS:
        raise VenueError(
            RetCode.TOO_MANY_PARTIAL_STOPS,
            f"{len(present)} Partial stops on {holding.symbol}; allowed are {MAX_PARTIAL_STOPS}",
        )
    return quantity


def _trailing_changes(
    venue: Venue, account: Account, holding: Holding, request: TradingStopRequest
) -> list[Change]:
    distance = request.trailing_stop
    if distance is None:
        return []
    existing = full_child(account, holding, StopOrderType.TRAILING_STOP)
    if distance == 0:
        return [partial(cancel_by_user, venue, account, existing)] if existing else []
    wanted = Trailing(distance, request.active_price or None)
    _check_trailing(venue, holding, wanted)
    if existing is not None and existing.trailing is not None:
        same = replace(existing.trailing, extreme=None) == wanted
        return [] if same else [partial(_retrail, venue, account, holding, existing, wanted)]
    return [partial(_start_trailing, venue, account, holding, wanted)]


def _check_trailing(venue: Venue, holding: Holding, trailing: Trailing) -> None:
    instrument, last = venue.instrument(holding.symbol), venue.tick(holding.symbol).last
    if not on_grid(trailing.distance, instrument.tick_size) or not 0 < trailing.distance < last:
        raise invalid(
            f"trailingStop invalid: {trailing.distance}; a distance below the price {last} in "
            f"multiples of {instrument.tick_size}"
        )
    activation = trailing.activation_price
    if activation is None:
        return
    check_price(instrument, activation, "activePrice")
    ahead = activation > last if holding.side is Side.BUY else activation < last
    if not ahead:
        raise invalid(
            f"activePrice invalid: {activation} for a {holding.side} position; the price is "
            f"{last}, it must lie on the winning side"
        )


def _start_trailing(venue: Venue, account: Account, holding: Holding, trailing: Trailing) -> Order:
    leg = Leg(_first_trigger(venue, holding, trailing))
    kind = StopOrderType.TRAILING_STOP
    plan = ChildPlan(kind, leg, holding.size, TpslMode.FULL, trailing=trailing)
    return enter(
        venue, account, trail(new_child(venue, holding, plan), venue.tick(holding.symbol))
    )


def _retrail(
    venue: Venue, account: Account, holding: Holding, existing: Order, trailing: Trailing
) -> Order:
    assert holding.side is not None
    direction = closing_direction(holding.side, StopOrderType.TRAILING_STOP)
    trigger = Trigger(_first_trigger(venue, holding, trailing), direction)
    moved = replace(existing, trailing=trailing, trigger=trigger)
    return update(venue, account, trail(moved, venue.tick(holding.symbol)))


def _first_trigger(venue: Venue, holding: Holding, trailing: Trailing) -> Decimal:
    start = trailing.activation_price or venue.tick(holding.symbol).last
    assert holding.side is not None
    return start - holding.side.sign * trailing.distance
