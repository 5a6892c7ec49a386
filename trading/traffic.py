"""How much we may ask of the exchange, and when to ask nothing at all."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from trading.checks import require


class BreakerState(StrEnum):
    """Whether requests of a kind are sent: all, none, or one that tries."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Purpose(StrEnum):
    """What a request is for; it decides who goes first and who may be stopped.

    PROTECT takes risk away: cancels, stops, targets and closes that can only reduce. It goes
    before the others and no breaker stops it, since a position without a stop is worse than a
    request to an exchange in trouble. ENTRY may add risk and goes last.
    """

    READ = "read"
    ENTRY = "entry"
    PROTECT = "protect"


class Result(StrEnum):
    """What a request taught about the exchange; a refusal is an answer like any other."""

    ANSWERED = "answered"
    FAILED = "failed"
    LIMITED = "limited"
    ADDRESS_LIMITED = "address_limited"
    BANNED = "banned"


@dataclass(frozen=True, slots=True)
class Call:
    """One request before it is sent.

    `account` names whose limit is used without showing a key. `per_second` is the exchange's
    limit of the endpoint per account; None means that only the limit of the address counts.
    """

    host: str
    account: str
    endpoint: str
    purpose: Purpose
    per_second: int | None

    def __post_init__(self) -> None:
        require(self.host != "", "a call needs the host it goes to; it is empty")
        require(
            self.per_second is None or self.per_second > 0,
            f"{self.endpoint}: limit {self.per_second} a second; it must be above 0 or None",
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request.

    `reason` says a failure in few words. `reset_after` is how long the exchange asks to wait,
    `limit` and `remaining` are its own count in requests; None where it said nothing credible.
    """

    result: Result
    reason: str = ""
    reset_after: timedelta | None = None
    limit: int | None = None
    remaining: int | None = None
