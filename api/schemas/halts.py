"""Halts, and what it takes to pull and to release one."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.schemas.values import Asked, Exact, Shown, Words
from trading.brakes import BrakeKind, TripPolicy


class HaltView(Shown):
    """A pulled brake. Until `settled_at` its policy is not carried out in full."""

    id: UUID
    kind: BrakeKind
    policy: TripPolicy
    reason: str
    pulled_by: str
    pulled_at: datetime
    equity_usdt: Exact | None
    settled_at: datetime | None
    resumed_at: datetime | None
    resumed_by: str
    resume_reason: str


class Halts(Shown):
    """Brakes, the oldest first."""

    halts: list[HaltView]


class Halting(Asked):
    """Stop all entries until somebody resumes."""

    reason: Words = Field(description="Why, in words; it is kept for good.")
    policy: TripPolicy = Field(
        TripPolicy.KEEP,
        description="What becomes of positions: keep them, reduce to half, or flatten.",
    )


class Resuming(Asked):
    """Let the account trade again."""

    reason: Words = Field(description="Why, in words; it is kept for good.")
    force: bool = Field(
        default=False, description="Resume although a brake is still closing positions."
    )
