"""The life of an order that waits for the owner: its states, and every legal step between them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from trading.checks import require


class ProposalState(StrEnum):
    """What the owner's answer made of an order. Nothing is sent before APPROVED."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    REPROPOSED = "reproposed"

    @property
    def is_live(self) -> bool:
        """Whether an order may still come of it."""
        return bool(TRANSITIONS[self])


TRANSITIONS: Mapping[ProposalState, frozenset[ProposalState]] = MappingProxyType(
    {
        ProposalState.PROPOSED: frozenset(
            {
                ProposalState.APPROVED,
                ProposalState.REJECTED,
                ProposalState.EXPIRED,
                ProposalState.REPROPOSED,
            }
        ),
        # Before it is carried out the market may have moved on, or the desk been down too long.
        ProposalState.APPROVED: frozenset({ProposalState.EXPIRED, ProposalState.REPROPOSED}),
        ProposalState.REJECTED: frozenset(),
        ProposalState.EXPIRED: frozenset(),
        ProposalState.REPROPOSED: frozenset(),
    }
)
"""Every legal step. A state without steps is final."""


def require_step(subject: str, current: ProposalState, target: ProposalState) -> None:
    """Refuse a step that the table does not have.

    Raises:
        InvariantError: names `subject`, its state and what it may become.
    """
    allowed = ", ".join(sorted(TRANSITIONS[current])) or "nothing"
    require(
        target in TRANSITIONS[current],
        f"{subject} is {current} and cannot become {target}; it may become {allowed}",
    )
