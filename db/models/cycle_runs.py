"""`cycle_runs`: the one run a flow may have per slot, and who holds it until when."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from db.base import Base, Identified, OfAccount, Recorded
from db.states import RunState
from trading.reasons import SkipReason


class CycleRunRow(Base, Identified, OfAccount, Recorded):
    """A slot that somebody claimed. `attempt` counts claims; only the newest may write.

    `slot`, `claimed_at` and `ended_at` are market time; `lease_until` is wall time, because a
    lease measures whether a process still lives.
    """

    __tablename__ = "cycle_runs"

    flow: Mapped[str]
    slot: Mapped[datetime]
    state: Mapped[RunState]
    lease_owner: Mapped[str]
    lease_until: Mapped[datetime]
    attempt: Mapped[int]
    claimed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    skip_reason: Mapped[SkipReason | None]
    detail: Mapped[str]

    __table_args__ = (
        UniqueConstraint("environment", "account", "flow", "slot"),
        CheckConstraint("attempt >= 1", name="attempt_counts_from_one"),
        CheckConstraint("lease_owner <> ''", name="lease_has_owner"),
        CheckConstraint("(state = 'claimed') = (ended_at IS NULL)", name="ended_unless_claimed"),
        CheckConstraint(
            "(state = 'skipped') = (skip_reason IS NOT NULL)", name="skipped_has_reason"
        ),
        CheckConstraint("state <> 'failed' OR detail <> ''", name="failed_has_detail"),
        Index(None, "environment", "account", "claimed_at"),
    )
