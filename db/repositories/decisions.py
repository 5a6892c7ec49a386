"""Every decision is a row: written once, its outcome filled once."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from db.base import Json
from db.keys import AccountKey
from db.models import DecisionChartRow, DecisionRow
from db.repositories.rows import account_columns, belongs_to, columns_of
from trading.analysis import Action
from trading.reasons import Outcome, Reason

MAIN = "main"
"""The arm of what the desk itself decides, by its settings."""


@dataclass(frozen=True, slots=True)
class NewDecision:
    """What was decided for a symbol in a slot, and everything needed to replay it.

    `outcome` and `reason` are None while an order is on its way; `conclude` fills them.
    Confidences are fractions of 0 to 1. `chart_sha256` is the picture that people look at, `shown`
    are all that the analyst was shown, in order. `saving` says what the budget made it do without.
    """

    account: AccountKey
    cycle_run_id: UUID
    slot: datetime
    symbol: str
    decided_at: datetime
    outcome: Outcome | None
    reason: Reason | None
    config_hash: str
    code_version: str
    arm: str = MAIN
    detail: str = ""
    analyst: str = ""
    action: Action | None = None
    confidence: Decimal | None = None
    analyst_confidence: Decimal | None = None
    snapshot: Json | None = None
    snapshot_hash: str | None = None
    chart_sha256: str | None = None
    analysis: Json | None = None
    verdict: Json | None = None
    saving: str = ""
    shown: tuple[str, ...] = ()
    id: UUID = field(default_factory=uuid7)


def record(session: Session, decision: NewDecision) -> UUID:
    """The id of the (run, symbol, arm)'s decision: this one, or the one that was there first.

    A run that took over an expired lease may decide again what its predecessor had decided; the
    first decision stays, because its order may already be out. Without an outcome it stays under
    any arm: the settings, or what the budget leaves, may have changed since.
    """
    columns = columns_of(decision)
    columns.pop("account")
    columns.pop("shown")
    concluded_at = None if decision.outcome is None else decision.decided_at
    statement = (
        insert(DecisionRow)
        .values(**account_columns(decision.account), **columns, concluded_at=concluded_at)
        .on_conflict_do_nothing()
        .returning(DecisionRow.id)
    )
    if session.scalar(statement) is None:
        return _first(session, decision)
    _name_pictures(session, decision)
    return decision.id


def conclude(
    session: Session,
    decision_id: UUID,
    *,
    outcome: Outcome,
    reason: Reason,
    now: datetime,
    detail: str = "",
) -> bool:
    """Fill the outcome of a decision that had none. False if it had one: that stays.

    A clock that was set back does not put the end before the decision.
    """
    statement = (
        update(DecisionRow)
        .where(DecisionRow.id == decision_id, DecisionRow.outcome.is_(None))
        .values(
            outcome=outcome,
            reason=reason,
            detail=detail,
            concluded_at=func.greatest(DecisionRow.decided_at, now),
        )
        .returning(DecisionRow.id)
    )
    return session.scalar(statement) is not None


def pending(session: Session, key: AccountKey) -> list[UUID]:
    """Decisions without an outcome, oldest first: their orders are on the way, or a run died."""
    statement = select(DecisionRow.id).where(
        belongs_to(DecisionRow, key), DecisionRow.outcome.is_(None)
    )
    return list(session.scalars(statement.order_by(DecisionRow.decided_at, DecisionRow.id)))


def concluded_symbols(session: Session, cycle_run_id: UUID) -> frozenset[str]:
    """Symbols whose decision this run, or the run it took over, has brought to its end.

    Under any arm: settings that were changed in between do not decide a slot twice.
    """
    statement = select(DecisionRow.symbol).where(
        DecisionRow.cycle_run_id == cycle_run_id, DecisionRow.outcome.is_not(None)
    )
    return frozenset(session.scalars(statement))


def pictures_of(session: Session, decision_id: UUID) -> tuple[str, ...]:
    """SHA-256 of every picture that was shown for a decision, in order; none if none was."""
    statement = (
        select(DecisionChartRow.chart_sha256)
        .where(DecisionChartRow.decision_id == decision_id)
        .order_by(DecisionChartRow.place)
    )
    return tuple(session.scalars(statement))


def _first(session: Session, decision: NewDecision) -> UUID:
    of_symbol = select(DecisionRow.id).where(
        DecisionRow.cycle_run_id == decision.cycle_run_id,
        DecisionRow.symbol == decision.symbol,
        or_(DecisionRow.arm == decision.arm, DecisionRow.outcome.is_(None)),
    )
    undecided_first = DecisionRow.outcome.is_(None).desc()
    return session.scalars(of_symbol.order_by(undecided_first).limit(1)).one()


def _name_pictures(session: Session, decision: NewDecision) -> None:
    rows = [
        {"decision_id": decision.id, "place": place, "chart_sha256": sha256}
        for place, sha256 in enumerate(decision.shown, start=1)
    ]
    if rows:
        session.execute(insert(DecisionChartRow), rows)
