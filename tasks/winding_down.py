"""Carry out a pulled brake: cancel entry orders, and close what its policy says."""

from uuid import UUID

from db.repositories import halts, intents, trades
from db.repositories.halts import Halt
from db.repositories.intents import Intent
from db.unit_of_work import read_session, unit_of_work
from tasks.closing import close_position, send_reduction
from tasks.listing import listed
from tasks.resources import Resources
from trading.brakes import BrakeKind, TripPolicy, half_of
from trading.errors import ExchangeError
from trading.intent_states import IntentState
from trading.link_ids import Leg, link_id
from trading.positions import Position
from trading.risk import approve_reduction

_ROUNDS = 3  # a thin book may fill a market order in part; what is left is asked for again


def carry_out_halts(resources: Resources) -> tuple[BrakeKind, ...]:
    """Do what every unsettled halt asks for; the kinds that could not be settled.

    It can die anywhere and be called again. What the exchange refuses or does not answer is left
    to the next call, which every sync makes.
    """
    with read_session(resources.sessions) as session:
        found = halts.open_halts(session, resources.desk.account)
    waiting = [halt for halt in found if halt.settled_at is None]
    return tuple(halt.kind for halt in waiting if not _carry_out(resources, halt))


def _carry_out(resources: Resources, halt: Halt) -> bool:
    try:
        resources.gateway.cancel_entries()
        is_done = _wind_down(resources, halt)
    except ExchangeError:
        return False
    if not is_done:
        return False
    with unit_of_work(resources.sessions) as session:
        return halts.settle(session, halt.id, policy=halt.policy, now=resources.now())


def _wind_down(resources: Resources, halt: Halt) -> bool:
    match halt.policy:
        case TripPolicy.KEEP:
            return True
        case TripPolicy.REDUCE:
            return _reduce(resources, halt)
        case TripPolicy.FLATTEN:
            return _flatten(resources, halt)


def _flatten(resources: Resources, halt: Halt) -> bool:
    """Close everything the account holds, the owner's own positions too; whether it is flat.

    An entry that is still on its way may become a position, so it is waited for.
    """
    decisions = _decisions(resources)
    for _ in range(_ROUNDS):
        held = resources.gateway.positions()
        if not held:
            return not _entries_on_their_way(resources)
        for position in held:
            # Named by the moment: a close that failed is tried anew under an id of its own.
            # Reduce-only, so two of them cannot do more than close.
            why = f"brake {halt.id} at {resources.now().isoformat()}:"
            decision_id = decisions.get(position.symbol)
            close_position(resources, position, why=why, decision_id=decision_id)
    return False


def _reduce(resources: Resources, halt: Halt) -> bool:
    """Close half of each position once, however often it is asked for; whether all are halved."""
    decisions = _decisions(resources)
    ended = [
        _halve(resources, halt, position, decisions.get(position.symbol))
        for position in resources.gateway.positions()
    ]
    return all(ended)


def _halve(resources: Resources, halt: Halt, position: Position, decision_id: UUID | None) -> bool:
    for attempt in range(_ROUNDS):
        identity = f"brake {halt.id} {position.symbol}/{position.position_index} {attempt}"
        ended = _attempt(resources, identity, position, decision_id)
        if ended is None or not ended.state.is_final:
            return False
        if ended.state is IntentState.FILLED:
            return True
    return False


def _attempt(
    resources: Resources, identity: str, position: Position, decision_id: UUID | None
) -> Intent | None:
    """The intent of this attempt: the one that was sent before, or a new order over half.

    None while the exchange does not list the market: what half is in steps is not known.
    """
    key = resources.desk.account
    client_id = link_id(
        environment=key.environment, account=key.account, decision=identity, leg=Leg.CLOSE
    )
    with read_session(resources.sessions) as session:
        known = intents.by_link_id(session, client_id)
    if known is not None and known.state.is_final:
        return known
    if known is not None:
        # Sent before with the quantity of then: half of what was held, not of what is left.
        quantity = min(known.order.quantity, position.quantity)
    elif instrument := listed(resources, position.symbol):
        quantity = half_of(position, instrument)
    else:
        return None
    approved = approve_reduction(position, quantity, link_id=client_id)
    return send_reduction(resources, approved, decision_id=decision_id)


def _decisions(resources: Resources) -> dict[str, UUID | None]:
    """The decision of each open trade: what the desk closes is booked as closed by the desk."""
    with read_session(resources.sessions) as session:
        held = trades.open_trades(session, resources.desk.account)
    return {trade.symbol: trade.decision_id for trade in held}


def _entries_on_their_way(resources: Resources) -> bool:
    with read_session(resources.sessions) as session:
        waiting = intents.unresolved(session, resources.desk.account)
    return any(not intent.order.reduce_only for intent in waiting)
