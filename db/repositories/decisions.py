"""Every decision is a row: written once, its outcome filled once."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from db.base import Json
from db.keys import AccountKey
from db.models import DecisionRow
from db.repositories.rows import account_columns, belongs_to, columns_of
from trading.analysis import Action
from trading.reasons import Outcome, Reason


@dataclass(frozen=True, slots=True)
class NewDecision:
    """What was decided for a symbol in a slot, and everything needed to replay it.

    `outcome` and `reason` are None while an order is on its way; `conclude` fills them.
    Confidences are fractions of 0 to 1.
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
    arm: str = "main"
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
    id: UUID = field(default_factory=uuid7)


def record(session: Session, decision: NewDecision) -> UUID:
    """The id of the (run, symbol, arm)'s decision: this one, or the one that was there first.

    A run that took over an expired lease may decide again what its predecessor had decided; the
    first decision stays, because its order may already be out.
    """
    columns = columns_of(decision)
    columns.pop("account")
    concluded_at = None if decision.outcome is None else decision.decided_at
    statement = (
        insert(DecisionRow)
        .values(**account_columns(decision.account), **columns, concluded_at=concluded_at)
        .on_conflict_do_nothing(index_elements=["cycle_run_id", "symbol", "arm"])
    )
    session.execute(statement)
    return session.scalars(
        select(DecisionRow.id).where(
            DecisionRow.cycle_run_id == decision.cycle_run_id,
            DecisionRow.symbol == decision.symbol,
            DecisionRow.arm == decision.arm,
        )
    ).one()


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


def concluded_symbols(
    session: Session, cycle_run_id: UUID, *, arm: str = "main"
) -> frozenset[str]:
    """Symbols whose decision this run, or the run it took over, has brought to its end."""
    statement = select(DecisionRow.symbol).where(
        DecisionRow.cycle_run_id == cycle_run_id,
        DecisionRow.arm == arm,
        DecisionRow.outcome.is_not(None),
    )
    return frozenset(session.scalars(statement))
