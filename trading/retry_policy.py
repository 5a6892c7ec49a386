"""What the desk does after each kind of answer to each kind of request: one table.

Source: bybit_v5.md §2.7 and §2.8. A new link id is never a reaction: what may exist is looked up,
and what is sent again carries the id it had.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from trading.orders import OrderRequest
from trading.request_outcomes import OutcomeClass


class Operation(StrEnum):
    """Kinds of requests. PLACE_EXIT is an order that can only reduce."""

    PLACE_ENTRY = "place_entry"
    PLACE_EXIT = "place_exit"
    PROTECT = "protect"
    AMEND = "amend"
    CANCEL = "cancel"
    SET_LEVERAGE = "set_leverage"
    READ = "read"


class Reaction(StrEnum):
    """What follows an answer.

    ADOPT: it is there already; look the link id up and take it over. READ_POSITION: it did not
    happen, for there is nothing to reduce or protect; the position tells. RETRY_SMALLER_ONCE: the
    order does not exist and never will; only a smaller one, sized anew, could pass. GIVE_UP: no
    repetition, and no harm. HALT: nothing of this key will pass; entries stop until a human looks.
    """

    DONE = "done"
    ADOPT = "adopt"
    LOOK_UP = "look_up"
    READ_POSITION = "read_position"
    RETRY_SAME = "retry_same"
    RETRY_SMALLER_ONCE = "retry_smaller_once"
    GIVE_UP = "give_up"
    HALT = "halt"


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a request is sent in all, and how long the pauses between are."""

    attempts: int
    within: timedelta
    first_pause: timedelta
    longest_pause: timedelta


_ALIKE = {
    OutcomeClass.ACCEPTED: Reaction.DONE,
    OutcomeClass.ALREADY_SO: Reaction.DONE,
    OutcomeClass.REFUSED: Reaction.GIVE_UP,
    OutcomeClass.MONEY_SHORT: Reaction.GIVE_UP,
    OutcomeClass.NOT_OPEN: Reaction.GIVE_UP,
    OutcomeClass.DUPLICATE: Reaction.LOOK_UP,
    OutcomeClass.HALTED: Reaction.HALT,
    OutcomeClass.SILENCED: Reaction.GIVE_UP,
    OutcomeClass.RETRYABLE: Reaction.RETRY_SAME,
    OutcomeClass.UNKNOWN: Reaction.LOOK_UP,
}

# `already so` is no answer to an order; whatever it means, the link id tells.
_PLACING = {OutcomeClass.ALREADY_SO: Reaction.LOOK_UP, OutcomeClass.DUPLICATE: Reaction.ADOPT}
_CHANGING = {OutcomeClass.NOT_OPEN: Reaction.LOOK_UP}

_SPECIAL: Mapping[Operation, Mapping[OutcomeClass, Reaction]] = {
    Operation.PLACE_ENTRY: _PLACING | {OutcomeClass.MONEY_SHORT: Reaction.RETRY_SMALLER_ONCE},
    Operation.PLACE_EXIT: _PLACING | {OutcomeClass.NOT_OPEN: Reaction.READ_POSITION},
    Operation.PROTECT: {OutcomeClass.NOT_OPEN: Reaction.READ_POSITION},
    Operation.AMEND: _CHANGING,
    Operation.CANCEL: _CHANGING,
    # The order has not been sent yet: it is cheaper to skip it than to learn what stands.
    Operation.SET_LEVERAGE: {OutcomeClass.UNKNOWN: Reaction.GIVE_UP},
    Operation.READ: {
        OutcomeClass.DUPLICATE: Reaction.RETRY_SAME,
        OutcomeClass.UNKNOWN: Reaction.RETRY_SAME,
    },
}

REACTIONS: Mapping[tuple[Operation, OutcomeClass], Reaction] = MappingProxyType(
    {
        (operation, outcome): _SPECIAL[operation].get(outcome, reaction)
        for operation in Operation
        for outcome, reaction in _ALIKE.items()
    }
)
"""The reaction to every answer to every request."""

_SECOND = timedelta(seconds=1)
_ENTERING = Patience(3, within=10 * _SECOND, first_pause=_SECOND / 2, longest_pause=3 * _SECOND)
_LEAVING = Patience(5, within=20 * _SECOND, first_pause=_SECOND / 2, longest_pause=5 * _SECOND)

PATIENCE: Mapping[Operation, Patience] = MappingProxyType(
    {
        operation: _ENTERING
        if operation in {Operation.PLACE_ENTRY, Operation.SET_LEVERAGE}
        else _LEAVING
        for operation in Operation
    }
)
"""An entry that does not pass soon is worth nothing; what lowers risk is tried longer."""


def reaction_to(operation: Operation, outcome: OutcomeClass) -> Reaction:
    """What follows this answer to this request."""
    return REACTIONS[operation, outcome]


def placing(order: OrderRequest) -> Operation:
    """Which kind of request sends `order`."""
    return Operation.PLACE_EXIT if order.reduce_only else Operation.PLACE_ENTRY


def is_fresh(
    order: OrderRequest, *, approved_at: datetime, now: datetime, maximum_age: timedelta
) -> bool:
    """Whether an approved order may still be sent: an entry while its signal is young.

    What reduces a position is never too old. `maximum_age` is the limit on signals.
    """
    return order.reduce_only or now - approved_at <= maximum_age


def may_resend(
    order: OrderRequest,
    *,
    attempts: int,
    approved_at: datetime,
    now: datetime,
    maximum_age: timedelta,
) -> bool:
    """Whether an order that is nowhere after its request has expired may be sent once more.

    The same link id leaves again, so even a wrong answer here cannot make two orders. `attempts`
    counts every request that left so far, whatever became of it.
    """
    is_bounded = attempts < PATIENCE[placing(order)].attempts
    return is_bounded and is_fresh(
        order, approved_at=approved_at, now=now, maximum_age=maximum_age
    )
