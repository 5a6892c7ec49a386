"""What an answer of the owner is worth: at most the first one in time, about this very order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from trading.checks import require, require_utc
from trading.proposal_states import ProposalState
from trading.proposals import ApprovalRules, Proposal

SHORTEST_HASH = 16
"""Digits of the intent's hash that an answer must quote; a button has room for so many."""


class Choice(StrEnum):
    """What the owner said."""

    APPROVE = "approve"
    REJECT = "reject"


class Via(StrEnum):
    """Where it was said."""

    TELEGRAM = "telegram"
    COMMAND_LINE = "command_line"
    API = "api"
    DASHBOARD = "dashboard"
    PREFECT = "prefect"


class Ruling(StrEnum):
    """What an answer did. Only the first two carry the owner's will out; all are stored."""

    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    ALTERED = "altered"
    ALREADY_ANSWERED = "already_answered"
    DRIFTED = "drifted"


_BECOMES: Mapping[Ruling, ProposalState | None] = MappingProxyType(
    {
        Ruling.APPROVED: ProposalState.APPROVED,
        Ruling.REJECTED: ProposalState.REJECTED,
        Ruling.EXPIRED: ProposalState.EXPIRED,
        Ruling.DRIFTED: ProposalState.REPROPOSED,
        Ruling.ALTERED: None,
        Ruling.ALREADY_ANSWERED: None,
    }
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `intent_hash` is the hash, or its beginning, of the order that was shown."""

    choice: Choice
    by: str
    via: Via
    at: datetime
    intent_hash: str

    def __post_init__(self) -> None:
        require(self.by.strip() != "", "an answer needs the name of who gave it; it is empty")
        require_utc("answer at", self.at)


@dataclass(frozen=True, slots=True)
class Judged:
    """What an answer did, and why, in words for whoever gave it."""

    ruling: Ruling
    detail: str

    @property
    def becomes(self) -> ProposalState | None:
        """The state the proposal goes to; None: the answer changed nothing."""
        return _BECOMES[self.ruling]


def judge_answer(
    proposal: Proposal,
    state: ProposalState,
    answer: Answer,
    *,
    now: datetime,
    price_now: Decimal,
    rules: ApprovalRules,
) -> Judged:
    """What `answer` makes of a proposal in `state`, at `now` and `price_now` (USDT).

    `now` is the desk's time and decides, not the time the answer claims.
    """
    order = proposal.order
    if state is not ProposalState.PROPOSED:
        return Judged(Ruling.ALREADY_ANSWERED, f"it is {state} already; nothing was done")
    if not _is_bound(answer.intent_hash, order.intent_hash):
        return Judged(
            Ruling.ALTERED, "the answer belongs to another version of this order; nothing was done"
        )
    if now >= proposal.expires_at:
        return Judged(Ruling.EXPIRED, f"it expired at {proposal.expires_at:%H:%M:%S} UTC; skipped")
    if answer.choice is Choice.REJECT:
        return Judged(Ruling.REJECTED, f"rejected by {answer.by}")
    drift = order.drift_fraction(price_now)
    if drift > rules.maximum_drift_fraction:
        return Judged(
            Ruling.DRIFTED,
            f"the price is {price_now}, {drift:.2f} stop distances from {order.entry_price}; "
            f"{rules.maximum_drift_fraction} allowed",
        )
    return Judged(Ruling.APPROVED, f"approved by {answer.by}")


def _is_bound(given: str, whole: str) -> bool:
    return len(given) >= SHORTEST_HASH and whole.startswith(given)
