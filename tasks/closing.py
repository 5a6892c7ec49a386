"""Close a position at the market: an intent first, then a reduce-only order, until it is gone."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from uuid import UUID

import stamina

from db.repositories import intents
from db.repositories.intents import Intent, NewIntent
from db.unit_of_work import unit_of_work
from tasks.execution import place_order, resolve_order
from tasks.listing import listed
from tasks.resources import Resources
from trading.errors import AutotraderError
from trading.intent_states import IntentState
from trading.link_ids import Leg, link_id
from trading.positions import Position
from trading.risk import Approved, approve_reduction

FRUITLESS_ATTEMPTS = 3
"""How many orders in a row may fill nothing before the rest is left to the next sync."""

OnRest = Callable[[Position], bool]
"""Sees what an order left over, at first sight; whether another order is to be sent for it."""

_WORTH_ANOTHER = frozenset({IntentState.FILLED, IntentState.CANCELLED, IntentState.REFUSED})


@dataclass(frozen=True, slots=True)
class _Closing:
    """A position that is to be closed, and why; both name its orders."""

    position: Position
    why: str
    decision_id: UUID | None


class _StillOpenError(AutotraderError):
    """Something of the position is left."""

    def __init__(self, rest: Position) -> None:
        super().__init__(f"{rest.quantity} {rest.symbol} are left")
        self.rest = rest


def _go_on(_rest: Position) -> bool:
    return True


def close_position(
    resources: Resources,
    position: Position,
    *,
    why: str,
    decision_id: UUID | None = None,
    on_rest: OnRest = _go_on,
) -> Intent:
    """The last intent of the orders that close `position` whole.

    One order if the market takes it. Else the rest is asked for again, each piece under an id of
    its own and only after the order before it has ended; pieces are at most as large as one
    market order may be (bybit_v5.md F16, F17). FILLED means that the last order filled something;
    whether the position is gone, the position itself tells.

    `why` is part of the orders' identity: the same reason for the same position never sends an
    order twice. `decision_id` is given when the desk closes a trade of its own. `on_rest` is asked
    after each order that filled and seems to have left something: a look may come too early.
    """
    closing = _Closing(position, why, decision_id)
    left, fruitless = position, 0
    for attempt in count(1):
        last = _close_piece(resources, closing, left, attempt)
        if last.state not in _WORTH_ANOTHER:
            break
        fruitless = 0 if last.state is IntentState.FILLED else fruitless + 1
        has_filled = last.state is IntentState.FILLED
        rest, goes_on = _rest(resources, position, on_rest if has_filled else _go_on)
        if rest is None or fruitless == FRUITLESS_ATTEMPTS or not goes_on:
            break
        left = rest
    return last


def send_reduction(
    resources: Resources, approved: Approved, *, decision_id: UUID | None = None
) -> Intent:
    """The ended intent of a reduce-only order. A link id that was sent before is looked up."""
    new = NewIntent(
        account=resources.desk.account,
        order=approved.order,
        notional_usdt=approved.notional_usdt,
        decision_id=decision_id,
    )
    with unit_of_work(resources.sessions) as session:
        intent = intents.reserve_reduction(session, new, now=resources.now())
    return resolve_order(resources, place_order(resources, intent, approved), approved)


def _close_piece(resources: Resources, closing: _Closing, left: Position, attempt: int) -> Intent:
    key, position = resources.desk.account, closing.position
    identity = f"{closing.why} {position.symbol} {position.updated_at.isoformat()}"
    if attempt > 1:
        identity = f"{identity} attempt {attempt}"
    approved = approve_reduction(
        left,
        _piece(resources, left, attempt),
        link_id=link_id(
            environment=key.environment, account=key.account, decision=identity, leg=Leg.CLOSE
        ),
    )
    return send_reduction(resources, approved, decision_id=closing.decision_id)


def _piece(resources: Resources, left: Position, attempt: int) -> Decimal:
    """What the next order asks for. The first asks for all, without another question first.

    So does one in a market that is not listed: the exchange says itself why it takes no order.
    """
    instrument = None if attempt == 1 else listed(resources, left.symbol)
    if instrument is None:
        return left.quantity
    return min(left.quantity, instrument.maximum_market_quantity)


def _rest(
    resources: Resources, position: Position, on_rest: OnRest
) -> tuple[Position | None, bool]:
    """What is left of the position, None if it is gone, and whether to go on with it.

    Positions lag their fills a little; what needs to be done about a rest cannot wait for that.
    """
    goes_on = True
    try:
        _require_gone(resources, position)
    except _StillOpenError as error:
        goes_on = on_rest(error.rest)
    else:
        return None, goes_on
    try:
        _after_a_moment(_require_gone, resources, position)
    except _StillOpenError as error:
        return error.rest, goes_on
    return None, goes_on


def _require_gone(resources: Resources, position: Position) -> None:
    whose = (position.symbol, position.position_index, position.direction)
    for held in resources.gateway.positions():
        if (held.symbol, held.position_index, held.direction) == whose:
            raise _StillOpenError(held)


_after_a_moment = stamina.RetryingCaller(
    attempts=3, timeout=5.0, wait_initial=0.2, wait_max=1.0, wait_jitter=0.2
).on(_StillOpenError)
