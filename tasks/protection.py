"""Protected or closed: no position of the desk stands without its stop."""

from datetime import datetime
from decimal import Decimal

import structlog
from sqlalchemy.orm import Session

from db.base import Json
from db.repositories import discrepancies, trades
from db.unit_of_work import read_session, unit_of_work
from tasks.guarding import Guarded, GuardOutcome, Ward, guard, judge
from tasks.notifications import notify
from tasks.policies import AT_MOST_ONCE
from tasks.resources import Resources
from tasks.steps import step
from tasks.sync_reading import AccountReading
from trading.notice_texts import closed_unprotected_notice, unprotected_notice
from trading.notices import Notice
from trading.orders import Order
from trading.positions import Position
from trading.protection import IntendedLevels, Protected
from trading.reconcile import DiscrepancyKind, position_key

log = structlog.get_logger()

_KIND = DiscrepancyKind.MISSING_STOP


@step(name="protect-positions", task_run_name="protect positions", **AT_MOST_ONCE)
def protect_positions(resources: Resources, reading: AccountReading) -> tuple[Guarded, ...]:
    """Put back a stop that is missing, or close the position where no stop can stand.

    Only positions of the desk: one that the owner opened elsewhere without a stop is reported by
    the comparison, never touched.
    """
    with read_session(resources.sessions) as session:
        wards = _wards(session, resources, reading.positions)
    guarded = (_protect(resources, ward, reading.open_orders) for ward in wards)
    return tuple(item for item in guarded if item is not None)


@step(name="ensure-protected", task_run_name="protect {symbol}", **AT_MOST_ONCE)
def ensure_protected(resources: Resources, symbol: str) -> Guarded | None:
    """Protect the position of `symbol` now, by a look of its own; None if all is well.

    For the moment after a fill, before any sync: the entry need not be booked as a trade yet. A
    position that is not the desk's is left alone.
    """
    open_orders = tuple(resources.gateway.open_orders())
    held = [one for one in resources.gateway.positions() if one.symbol == symbol]
    with read_session(resources.sessions) as session:
        wards = _wards(session, resources, tuple(held))
    guarded = [_protect(resources, ward, open_orders) for ward in wards]
    return guarded[0] if guarded else None


def _wards(session: Session, resources: Resources, positions: tuple[Position, ...]) -> list[Ward]:
    """Those of `positions` that are the desk's, booked or just filled."""
    key = resources.desk.account
    booked = {trade.symbol: trade for trade in trades.open_trades(session, key)}
    found = []
    for position in positions:
        trade = booked.get(position.symbol)
        if trade is None:
            entry = trades.unbooked_entry(session, key, position.symbol)
            if entry is not None:
                levels = _levels(entry.stop_loss, entry.take_profit)
                found.append(Ward(position, levels, str(entry.intent_id), entry.decision_id))
        elif trade.entry_intent_id is not None:
            levels = _levels(trade.stop_loss, trade.take_profit)
            found.append(Ward(position, levels, str(trade.id), trade.decision_id))
    return found


def _levels(stop_loss: Decimal | None, take_profit: Decimal | None) -> IntendedLevels | None:
    return None if stop_loss is None else IntendedLevels(stop_loss, take_profit)


def _protect(resources: Resources, ward: Ward, open_orders: tuple[Order, ...]) -> Guarded | None:
    action = judge(ward, open_orders)
    if isinstance(action, Protected):
        return None
    # Stored before it is acted on: a process that dies in between leaves a row that says so.
    _report(resources, ward.position, action.detail)
    guarded = guard(resources, ward, action)
    _conclude(resources, ward.position, guarded)
    log.info("position guarded", symbol=guarded.symbol, outcome=guarded.outcome)
    return guarded


def _report(resources: Resources, position: Position, detail: str) -> None:
    evidence: Json = {
        "symbol": position.symbol,
        "quantity": str(position.quantity),
        "detail": detail,
    }
    with unit_of_work(resources.sessions) as session:
        discrepancies.open_or_update(
            session,
            resources.desk.account,
            kind=_KIND,
            subject=position_key(position),
            evidence=evidence,
            now=resources.now(),
        )


def _conclude(resources: Resources, position: Position, guarded: Guarded) -> None:
    now = resources.now()
    with unit_of_work(resources.sessions) as session:
        if (notice := _notice(guarded, now)) is not None:
            notify(session, resources.asking.recipient, notice)
        if guarded.outcome.is_settled:
            discrepancies.resolve(
                session,
                resources.desk.account,
                kind=_KIND,
                subject=position_key(position),
                resolution=guarded.detail,
                now=now,
            )


def _notice(guarded: Guarded, now: datetime) -> Notice | None:
    """What the owner is told: nothing where the stop stands now, or nothing is left to stop."""
    match guarded.outcome:
        case GuardOutcome.PROTECTED | GuardOutcome.GONE:
            return None
        case GuardOutcome.CLOSED:
            return closed_unprotected_notice(guarded.symbol, guarded.detail, now=now)
        case GuardOutcome.UNPROVEN | GuardOutcome.NAKED:
            return unprotected_notice(guarded.symbol, guarded.detail, now=now)
