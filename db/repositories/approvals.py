"""Proposals and the answers to them. Every change of state is legal by the table of steps."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import ApprovalAnswerRow, ApprovalRow, DecisionRow
from db.repositories.rows import account_columns, belongs_to, columns_of, value_of
from trading.proposal_answers import Answer, Judged, Ruling
from trading.proposal_states import ProposalState, require_step
from trading.proposals import Proposal, ProposedOrder

BUSY = timedelta(seconds=20)
"""Whoever took a yes carries it out at once; after so long nobody does any more."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A proposal as it stands. `intent_hash` is what was stored when it was proposed."""

    proposal: Proposal
    state: ProposalState
    intent_hash: str
    ended_at: datetime | None
    carried_out_at: datetime | None


def add(session: Session, key: AccountKey, proposal: Proposal) -> None:
    """Store a new proposal. The database refuses a second live one of the same link id."""
    row = columns_of(proposal)
    order = row.pop("order")
    session.add(
        ApprovalRow(
            **account_columns(key),
            **row,
            **columns_of(order),
            intent_hash=proposal.order.intent_hash,
            state=ProposalState.PROPOSED,
        )
    )
    session.flush()


def get(session: Session, key: AccountKey, proposal_id: UUID) -> Kept | None:
    """The proposal as it stands, None if this account has no such one."""
    row = session.scalars(_one(key, proposal_id)).one_or_none()
    return None if row is None else _kept(row)


def locked(session: Session, key: AccountKey, proposal_id: UUID) -> Kept | None:
    """The same, held by this transaction until it ends."""
    row = session.scalars(_one(key, proposal_id).with_for_update()).one_or_none()
    return None if row is None else _kept(row)


def live_of_link(session: Session, key: AccountKey, link_id: str) -> Kept | None:
    """The proposal from which the order with this link id may still come."""
    statement = select(ApprovalRow).where(
        belongs_to(ApprovalRow, key),
        ApprovalRow.link_id == link_id,
        ApprovalRow.state.in_([ProposalState.PROPOSED, ProposalState.APPROVED]),
    )
    row = session.scalars(statement).one_or_none()
    return None if row is None else _kept(row)


def waiting(session: Session, key: AccountKey) -> list[Kept]:
    """Proposals without an answer, oldest first; some may have expired."""
    statement = _of_account(key).where(ApprovalRow.state == ProposalState.PROPOSED)
    return [_kept(row) for row in session.scalars(statement)]


def to_carry_out(session: Session, key: AccountKey) -> list[Kept]:
    """Approved proposals whose order was not reserved yet, oldest first."""
    statement = _of_account(key).where(
        ApprovalRow.state == ProposalState.APPROVED, ApprovalRow.carried_out_at.is_(None)
    )
    return [_kept(row) for row in session.scalars(statement)]


def recent(session: Session, key: AccountKey, *, limit: int = 20) -> list[Kept]:
    """The newest proposals, newest first."""
    statement = select(ApprovalRow).where(belongs_to(ApprovalRow, key))
    newest = statement.order_by(ApprovalRow.proposed_at.desc(), ApprovalRow.id.desc())
    return [_kept(row) for row in session.scalars(newest.limit(limit))]


def change(session: Session, kept: Kept, target: ProposalState, *, now: datetime) -> None:
    """Bring a locked proposal to `target`.

    Raises:
        InvariantError: the table of steps does not have this one.
    """
    row = session.get_one(ApprovalRow, kept.proposal.id)
    require_step(f"proposal {row.id}", row.state, target)
    row.state, row.ended_at = target, now
    session.flush()


def mark_carried_out(session: Session, kept: Kept, *, now: datetime) -> None:
    """An approved and locked proposal has become its order, or a limit has refused it."""
    session.get_one(ApprovalRow, kept.proposal.id).carried_out_at = now
    session.flush()


def note_answer(session: Session, kept: Kept, answer: Answer, judged: Judged) -> None:
    """Keep an answer, whatever it did."""
    session.add(
        ApprovalAnswerRow(
            approval_id=kept.proposal.id,
            choice=answer.choice,
            ruling=judged.ruling,
            detail=judged.detail,
            given_by=answer.by,
            given_via=answer.via,
            hash_given=answer.intent_hash,
            answered_at=answer.at,
        )
    )
    session.flush()


def rulings(session: Session, key: AccountKey) -> dict[Ruling, int]:
    """How many answers did what, of this account."""
    statement = (
        select(ApprovalAnswerRow.ruling, func.count())
        .join(ApprovalRow, ApprovalRow.id == ApprovalAnswerRow.approval_id)
        .where(belongs_to(ApprovalRow, key))
        .group_by(ApprovalAnswerRow.ruling)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def chart_of(session: Session, proposal: Proposal) -> str | None:
    """The hash of the picture the decision was made from."""
    statement = select(DecisionRow.chart_sha256).where(DecisionRow.id == proposal.decision_id)
    return session.scalar(statement)


def _of_account(key: AccountKey) -> Select[ApprovalRow]:
    statement = select(ApprovalRow).where(belongs_to(ApprovalRow, key))
    return statement.order_by(ApprovalRow.proposed_at, ApprovalRow.id)


def _one(key: AccountKey, proposal_id: UUID) -> Select[ApprovalRow]:
    return select(ApprovalRow).where(belongs_to(ApprovalRow, key), ApprovalRow.id == proposal_id)


def _kept(row: ApprovalRow) -> Kept:
    proposal = Proposal(
        id=row.id,
        order=value_of(ProposedOrder, row),
        proposed_at=row.proposed_at,
        expires_at=row.expires_at,
        reasons=row.reasons,
        round=row.round,
        decision_id=row.decision_id,
        replaces_id=row.replaces_id,
    )
    return Kept(proposal, row.state, row.intent_hash, row.ended_at, row.carried_out_at)
