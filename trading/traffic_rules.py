"""How patiently the desk asks the exchange: the limits, the waits, the breakers."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from trading.breaker import Breaker, BreakerRules, blocked_until
from trading.checks import require
from trading.token_bucket import Bucket, Limit, bucket_of
from trading.traffic import BreakerState, Call, Outcome, Purpose

SILENCE = "silence"
"""The breaker of a whole host, for all purposes: open after a ban."""

_ADDRESS = Limit(600, timedelta(seconds=5), burst=Decimal("0.5"))
_ENDPOINT_BURST = Decimal("0.3")
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class TrafficRules:
    """What the gate to the exchange goes by.

    A request waits at most `patience` for its turn. After a ban nothing is sent for `silence`. A
    bucket that the exchange found empty is closed for `window` when it does not say how long.
    Reads stop for a short time only, because an unprotected position is found by reading.

    `pace` is how much faster than the wall clock the market may run: 1, or more for a market that
    is replayed. Limits are that much higher, silence and open breakers that much shorter.
    """

    patience: timedelta = timedelta(seconds=10)
    silence: timedelta = timedelta(minutes=10)
    window: timedelta = _SECOND
    pace: int = 1
    reading: BreakerRules = field(
        default_factory=lambda: BreakerRules(longest_open=timedelta(seconds=5))
    )
    writing: BreakerRules = field(default_factory=BreakerRules)

    def __post_init__(self) -> None:
        require(self.patience > timedelta(0), f"patience {self.patience}; it must be above 0")
        require(self.silence > timedelta(0), f"silence {self.silence}; it must be above 0")
        require(self.window > timedelta(0), f"window {self.window}; it must be above 0")
        require(self.pace >= 1, f"pace {self.pace}; it is a whole number of at least 1")

    def breaker_of(self, purpose: Purpose) -> BreakerRules:
        """When the breaker of a purpose opens."""
        rules = self.reading if purpose is Purpose.READ else self.writing
        return replace(
            rules,
            first_open=rules.first_open / self.pace,
            longest_open=rules.longest_open / self.pace,
        )

    def buckets_of(self, call: Call, allowed: int | None = None) -> tuple[Bucket, ...]:
        """The buckets a request takes a token from: its address, then its endpoint if counted.

        `allowed` is what the exchange says it allows of the endpoint in a second; it counts only
        when it is less than what is known.
        """
        address = bucket_of(address_of(call), self._paced(_ADDRESS))
        if call.per_second is None:
            return (address,)
        least = min(allowed or call.per_second, call.per_second)
        endpoint = Limit(least, _SECOND, _ENDPOINT_BURST)
        return (address, bucket_of(endpoint_of(call), self._paced(endpoint)))

    def silenced(self, outcome: Outcome, now: datetime) -> Breaker:
        """The breaker of a host that banned us."""
        until = now + self.silence / self.pace
        return Breaker(BreakerState.OPEN, failures=1, open_until=until, reason=outcome.reason)

    def _paced(self, limit: Limit) -> Limit:
        return replace(limit, requests=limit.requests * self.pace)


def address_of(call: Call) -> str:
    """The name of the bucket of all requests to a host."""
    return f"{call.host}|address"


def endpoint_of(call: Call) -> str:
    """The name of the bucket of an account's requests of one kind."""
    return f"{call.host}|{call.account}|{call.endpoint}"


def remaining_time(breaker: Breaker, now: datetime) -> timedelta:
    """How long the breaker still stops requests; 0 or less when it does not."""
    until = blocked_until(breaker)
    return timedelta(0) if until is None else until - now
