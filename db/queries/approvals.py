"""Orders that waited for the owner's word, and what became of them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import ApprovalRow
from db.repositories.rows import belongs_to, value_of
from trading.positions import Direction
from trading.proposal_states import ProposalState


@dataclass(frozen=True, slots=True)
class ApprovalLine:
    """One proposal. Prices and risk in USDT.

    `intent_hash` names this very order: an answer quotes it. `round` counts how often the owner
    was asked because the price had run away; `replaces_id` is the proposal before.
    """

    id: UUID
    state: ProposalState
    symbol: str
    direction: Direction
    quantity: Decimal
    entry_price: Decimal
    stop_loss: Decimal
    take_profit: Decimal
    leverage: Decimal
    risk_usdt: Decimal
    reasons: str
    intent_hash: str
    link_id: str
    round: int
    replaces_id: UUID | None
    decision_id: UUID | None
    proposed_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    carried_out_at: datetime | None


def recent_approvals(session: Session, key: AccountKey, *, limit: int) -> list[ApprovalLine]:
    """The newest proposals, newest first."""
    statement = select(ApprovalRow).where(belongs_to(ApprovalRow, key))
    newest = statement.order_by(ApprovalRow.proposed_at.desc(), ApprovalRow.id.desc())
    return [value_of(ApprovalLine, row) for row in session.scalars(newest.limit(limit))]


def approval(session: Session, key: AccountKey, approval_id: UUID) -> ApprovalLine | None:
    """One proposal, None if this account has no such one."""
    mine = belongs_to(ApprovalRow, key)
    statement = select(ApprovalRow).where(mine, ApprovalRow.id == approval_id)
    row = session.scalars(statement).one_or_none()
    return None if row is None else value_of(ApprovalLine, row)
