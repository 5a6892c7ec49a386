"""The life of an order-to-be: its states, and every step from one to another that is legal."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from trading.checks import require


class IntentState(StrEnum):
    """What is known about an order-to-be. UNKNOWN must be looked up before anything is sent."""

    RESERVED = "reserved"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    UNKNOWN = "unknown"
    FILLED = "filled"
    REFUSED = "refused"
    NOT_EXECUTED = "not_executed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing can change any more."""
        return not TRANSITIONS[self]


_ENDS_OF_A_SENT_ORDER = frozenset(
    {
        IntentState.FILLED,
        IntentState.REFUSED,
        IntentState.NOT_EXECUTED,
        IntentState.CANCELLED,
    }
)

TRANSITIONS: Mapping[IntentState, frozenset[IntentState]] = MappingProxyType(
    {
        IntentState.RESERVED: frozenset(
            {IntentState.SENT, IntentState.REFUSED, IntentState.NOT_EXECUTED}
        ),
        # To itself: a request that certainly did not happen leaves once more.
        IntentState.SENT: _ENDS_OF_A_SENT_ORDER
        | {IntentState.SENT, IntentState.ACKNOWLEDGED, IntentState.UNKNOWN},
        # What was acknowledged exists: it can neither become unknown nor never have happened.
        IntentState.ACKNOWLEDGED: _ENDS_OF_A_SENT_ORDER - {IntentState.NOT_EXECUTED},
        # Back to SENT only where `retry_policy.may_resend` allows it.
        IntentState.UNKNOWN: _ENDS_OF_A_SENT_ORDER | {IntentState.SENT, IntentState.ACKNOWLEDGED},
        IntentState.FILLED: frozenset(),
        IntentState.REFUSED: frozenset(),
        IntentState.NOT_EXECUTED: frozenset(),
        IntentState.CANCELLED: frozenset(),
    }
)
"""Every legal step. A state without steps is final."""

FINAL_INTENT_STATES = frozenset(state for state, steps in TRANSITIONS.items() if not steps)
"""States that are never left."""


def predecessors(target: IntentState) -> frozenset[IntentState]:
    """The states from which an intent may become `target`."""
    return frozenset(state for state, steps in TRANSITIONS.items() if target in steps)


def require_step(subject: str, current: IntentState, target: IntentState) -> None:
    """Refuse a step that the table does not have.

    Raises:
        InvariantError: names `subject`, its state and the states that may become `target`.
    """
    require(
        target in TRANSITIONS[current],
        f"{subject} is {current} and cannot become {target}; "
        f"allowed before: {', '.join(sorted(predecessors(target))) or 'none'}",
    )
