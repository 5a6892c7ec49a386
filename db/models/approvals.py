"""`approvals` and `approval_answers`: orders that waited for the owner, and every answer given."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, OfAccount, Recorded
from trading.positions import Direction
from trading.proposal_answers import Choice, Ruling, Via
from trading.proposal_states import ProposalState


class ApprovalRow(Base, Identified, OfAccount, Recorded):
    """One proposed order. `decision_id` is empty for trades by hand.

    Of one link id at most one row is alive, so one decision can become one order only.
    `carried_out_at` is when its intent was reserved, or a limit refused it after all.
    """

    __tablename__ = "approvals"

    decision_id: Mapped[UUID | None] = mapped_column(ForeignKey("decisions.id"))
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("approvals.id"))
    round: Mapped[int]
    link_id: Mapped[str]
    symbol: Mapped[str]
    direction: Mapped[Direction]
    quantity: Mapped[Decimal]
    entry_price: Mapped[Decimal]
    stop_loss: Mapped[Decimal]
    take_profit: Mapped[Decimal]
    leverage: Mapped[Decimal]
    risk_usdt: Mapped[Decimal]
    intent_hash: Mapped[str]
    reasons: Mapped[str]
    state: Mapped[ProposalState]
    proposed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    carried_out_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("intent_hash ~ '^[0-9a-f]{64}$'", name="intent_hash_is_sha256"),
        CheckConstraint("link_id <> '' AND symbol <> ''", name="names_order"),
        CheckConstraint(
            "quantity > 0 AND stop_loss > 0 AND risk_usdt > 0 AND leverage >= 1",
            name="numbers_positive",
        ),
        CheckConstraint(
            "CASE direction WHEN 'long' THEN stop_loss < entry_price AND entry_price < take_profit"
            " ELSE take_profit < entry_price AND entry_price < stop_loss END",
            name="entry_between_levels",
        ),
        CheckConstraint("expires_at > proposed_at", name="expires_later"),
        CheckConstraint("(state = 'proposed') = (ended_at IS NULL)", name="ended_has_time"),
        CheckConstraint(
            "carried_out_at IS NULL OR state = 'approved'", name="only_approved_is_carried_out"
        ),
        CheckConstraint(
            "round >= 1 AND (round = 1) = (replaces_id IS NULL)", name="round_is_counted"
        ),
        Index(
            "uq_approvals_one_live",
            "link_id",
            unique=True,
            postgresql_where="state IN ('proposed', 'approved')",
        ),
        Index("ix_approvals_proposed_at", "environment", "account", "proposed_at"),
        Index("ix_approvals_decision_id", "decision_id"),
    )


class ApprovalAnswerRow(Base, Identified, Recorded):
    """One answer, the void ones among them. A trigger refuses changes."""

    __tablename__ = "approval_answers"

    approval_id: Mapped[UUID] = mapped_column(ForeignKey("approvals.id"))
    choice: Mapped[Choice]
    ruling: Mapped[Ruling]
    detail: Mapped[str]
    given_by: Mapped[str]
    given_via: Mapped[Via]
    hash_given: Mapped[str]
    answered_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("given_by <> ''", name="has_author"),
        Index("ix_approval_answers_approval_id", "approval_id"),
        # However many press at once, one answer counts.
        Index(
            "uq_approval_answers_one_counts",
            "approval_id",
            unique=True,
            postgresql_where="ruling IN ('approved', 'rejected')",
        ),
    )
