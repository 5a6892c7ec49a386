"""Close a position at the market: an intent first, then one reduce-only order."""

from uuid import UUID

from db.repositories import intents
from db.repositories.intents import Intent, NewIntent
from db.unit_of_work import unit_of_work
from tasks.execution import place_order, resolve_order
from tasks.resources import Resources
from trading.link_ids import Leg, link_id
from trading.positions import Position
from trading.risk import approve_reduction


def close_position(
    resources: Resources, position: Position, *, why: str, decision_id: UUID | None = None
) -> Intent:
    """The ended intent of an order that closes `position` whole.

    `why` is part of the order's identity: the same reason for the same position never sends a
    second order. `decision_id` is given when the desk closes a trade of its own.
    """
    key = resources.desk.account
    identity = f"{why} {position.symbol} {position.updated_at.isoformat()}"
    approved = approve_reduction(
        position,
        None,
        link_id=link_id(
            environment=key.environment, account=key.account, decision=identity, leg=Leg.CLOSE
        ),
    )
    new = NewIntent(
        account=key,
        order=approved.order,
        notional_usdt=approved.notional_usdt,
        decision_id=decision_id,
    )
    with unit_of_work(resources.sessions) as session:
        intent = intents.reserve_reduction(session, new, now=resources.now())
    return resolve_order.fn(resources, place_order.fn(resources, intent, approved))
