"""Keep every difference until it is settled: adopted, put right, or handed to a human."""

from dataclasses import dataclass

import structlog
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.repositories import discrepancies, halts, heartbeats, trades
from db.repositories.discrepancies import Known
from db.unit_of_work import unit_of_work
from tasks.guarding import Guarded
from tasks.notifications import Recipient
from tasks.policies import SAFE_TO_RETRY
from tasks.resources import Resources
from tasks.steps import step
from tasks.sync_reading import AccountReading
from tasks.telling import tell_escalated, tell_halt
from trading.brakes import BrakeKind, TripPolicy
from trading.reconcile import Discrepancy, DiscrepancyKind, position_key
from trading.settlement import RULES, Response

log = structlog.get_logger()

_Named = tuple[DiscrepancyKind, str]


@dataclass(frozen=True, slots=True)
class Settled:
    """What is left after a sync: open differences, and those a human is asked about by now."""

    remaining: int
    escalated: tuple[Known, ...] = ()


@step(
    name="settle-differences",
    task_run_name="settle differences",
    **SAFE_TO_RETRY,
)
def settle_differences(
    resources: Resources,
    found: tuple[Discrepancy, ...],
    reading: AccountReading,
    guarded: tuple[Guarded, ...],
) -> Settled:
    """Store what was found, settle it by its rule, close what is gone, ask a human about the rest.

    All in one transaction, which is also the sync's sign of life: what it covers is settled.
    """
    key, now = resources.desk.account, reading.read_at
    settled, unsettled = _stops(guarded, reading)
    told = tuple(item for item in found if (item.kind, item.key) not in settled)
    with unit_of_work(resources.sessions) as session:
        for item in told:
            _keep(session, key, item, reading)
        _halt_in_hedge_mode(session, resources.asking.recipient, told, reading)
        there = {*unsettled, *((item.kind, item.key) for item in told)}
        remaining = _close_gone(session, key, there, reading)
        due = [row for row in remaining if _is_due(row, reading, unsettled)]
        for row in due:
            discrepancies.escalate(session, row, now=now)
            tell_escalated(session, resources.asking.recipient, row, now=now)
        heartbeats.beat(session, key, "sync", now=now)
    for row in due:
        log.error(
            "difference needs a human",
            kind=row.kind,
            subject=row.subject,
            evidence=row.evidence,
            next_step=f"autotrader inbox ack {row.id} --by NAME --note TEXT",
        )
    return Settled(len(remaining), tuple(due))


def _stops(
    guarded: tuple[Guarded, ...], reading: AccountReading
) -> tuple[frozenset[_Named], frozenset[_Named]]:
    """The missing stops that the protection has settled, and those it could not."""
    subjects = {position.symbol: position_key(position) for position in reading.positions}
    settled, unsettled = (
        frozenset(
            (DiscrepancyKind.MISSING_STOP, subjects[item.symbol])
            for item in guarded
            if item.outcome.is_settled is wanted
        )
        for wanted in (True, False)
    )
    return settled, unsettled


def _keep(session: Session, key: AccountKey, item: Discrepancy, reading: AccountReading) -> None:
    now = reading.read_at
    discrepancies.open_or_update(
        session,
        key,
        kind=item.kind,
        subject=item.key,
        evidence={"symbol": item.symbol, **item.evidence},
        now=now,
    )
    rule = RULES[item.kind]
    if rule.response is not Response.ADOPT:
        return
    if item.kind is DiscrepancyKind.STOP_CHANGED:
        _adopt_levels(session, key, item.symbol, reading)
    discrepancies.resolve(
        session,
        key,
        kind=item.kind,
        subject=item.key,
        resolution=f"adopted: {rule.text}",
        now=now,
    )


def _adopt_levels(session: Session, key: AccountKey, symbol: str, reading: AccountReading) -> None:
    there = next(position for position in reading.positions if position.symbol == symbol)
    for trade in trades.open_trades(session, key):
        if trade.symbol == symbol:
            trades.move_levels(
                session, trade.id, stop_loss=there.stop_loss, take_profit=there.take_profit
            )


def _halt_in_hedge_mode(
    session: Session,
    recipient: Recipient,
    found: tuple[Discrepancy, ...],
    reading: AccountReading,
) -> None:
    switched = [item.symbol for item in found if item.kind is DiscrepancyKind.MODE_SWITCHED]
    if switched:
        pulled = halts.pull(
            session,
            recipient.account,
            BrakeKind.POSITION_MODE,
            reason=f"{', '.join(switched)} in hedge mode; switch back to one-way, then resume",
            by="reconciliation",
            policy=TripPolicy.KEEP,
            now=reading.read_at,
        )
        tell_halt(session, recipient, pulled)


def _close_gone(
    session: Session, key: AccountKey, there: set[_Named], reading: AccountReading
) -> list[Known]:
    """Resolve what both sides agree on again; give what stays open."""
    listed = {row.execution_id for row in reading.executions}
    remaining = []
    for row in discrepancies.open_ones(session, key):
        if (row.kind, row.subject) in there or not _has_healed(row, listed):
            remaining.append(row)
            continue
        discrepancies.resolve(
            session,
            key,
            kind=row.kind,
            subject=row.subject,
            resolution="gone: both sides agree again",
            now=reading.read_at,
        )
    return remaining


def _has_healed(row: Known, listed: set[str]) -> bool:
    if row.kind is DiscrepancyKind.PHANTOM_EXECUTION:
        return row.subject in listed
    return RULES[row.kind].heals


def _is_due(row: Known, reading: AccountReading, unsettled: frozenset[_Named]) -> bool:
    """Whether a human is to be asked now: waiting tells nothing new, or a whole sync has passed.

    A position that could not be protected waits for nothing.
    """
    if row.escalated_at is not None:
        return False
    is_old = row.times_seen > 1 or row.first_seen_at < reading.read_at
    return is_old or RULES[row.kind].at_once or (row.kind, row.subject) in unsettled
