"""Protected or closed: no position of the desk stands without its stop."""

from dataclasses import dataclass
from typing import assert_never

from db.base import Json
from db.repositories import discrepancies
from db.states import IntentState
from db.unit_of_work import read_session, unit_of_work
from tasks.closing import close_position
from tasks.policies import AT_MOST_ONCE
from tasks.resources import Resources
from tasks.steps import step
from tasks.sync_reading import AccountReading
from tasks.trades import OpenTrade, open_trades
from trading.orders import Order
from trading.positions import Position
from trading.protection import (
    CloseNow,
    IntendedLevels,
    Protected,
    ProtectionAction,
    SetProtection,
    decide_protection,
)
from trading.reconcile import DiscrepancyKind


@dataclass(frozen=True, slots=True)
class Guarded:
    """A position that was found without a full stop, and what was done."""

    symbol: str
    action: ProtectionAction


@step(name="protect-positions", task_run_name="protect positions", tags=["act"], **AT_MOST_ONCE)
def protect_positions(resources: Resources, reading: AccountReading) -> tuple[Guarded, ...]:
    """Put back a stop that is missing, or close the position where no stop can stand.

    Only positions of the desk: one that the owner opened elsewhere without a stop is reported by
    the comparison, never touched.
    """
    with read_session(resources.sessions) as session:
        held = {item.trade.symbol: item for item in open_trades(session, resources.desk.account)}
    found = []
    for position in reading.positions:
        ours = held.get(position.symbol)
        if ours is None or ours.trade.entry_intent_id is None:
            continue
        action = _decide(position, reading.open_orders, ours)
        if not isinstance(action, Protected):
            _act(resources, position, action, ours)
            found.append(Guarded(position.symbol, action))
    return tuple(found)


def _decide(
    position: Position, open_orders: tuple[Order, ...], ours: OpenTrade
) -> ProtectionAction:
    trade = ours.trade
    intended = (
        None if trade.stop_loss is None else IntendedLevels(trade.stop_loss, trade.take_profit)
    )
    return decide_protection(position, open_orders, intended=intended)


def _act(
    resources: Resources,
    position: Position,
    action: SetProtection | CloseNow,
    ours: OpenTrade,
) -> None:
    match action:
        case SetProtection():
            resources.gateway.set_protection(
                position.symbol,
                stop_loss=action.stop_loss,
                take_profit=action.take_profit,
                position_index=position.position_index,
            )
            _resolve(resources, position, f"stop set at {action.stop_loss}: {action.detail}")
        case CloseNow():
            # Named by the moment: a close that failed is tried anew by the next sync, under an id
            # of its own. Reduce-only, so two of them cannot do more than close.
            why = f"unprotected trade {ours.trade.id} at {resources.now().isoformat()}"
            ended = close_position(
                resources, position, why=why, decision_id=ours.trade.decision_id
            )
            if ended.state is IntentState.FILLED:
                _resolve(resources, position, f"closed at the market: {action.detail}")
        case _:  # pragma: no cover
            assert_never(action)


def _resolve(resources: Resources, position: Position, resolution: str) -> None:
    """Store the missing stop together with what was done about it."""
    now = resources.now()
    subject = f"{position.symbol}/{position.position_index.name.lower()}"
    kind = DiscrepancyKind.MISSING_STOP
    with unit_of_work(resources.sessions) as session:
        key = resources.desk.account
        evidence: Json = {"symbol": position.symbol, "quantity": str(position.quantity)}
        discrepancies.open_or_update(
            session, key, kind=kind, subject=subject, evidence=evidence, now=now
        )
        discrepancies.resolve(
            session, key, kind=kind, subject=subject, resolution=resolution, now=now
        )
