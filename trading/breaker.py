"""A circuit breaker: after failures in a row it asks nothing for a while, then tries once.

    closed --N failures in a row--> open --time is up, one probe leaves--> half open
    half open --probe failed--> open, longer      any --an answer--> closed

An answer closes it in every state: whoever answers is there.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from trading.checks import require
from trading.traffic import BreakerState


@dataclass(frozen=True, slots=True)
class BreakerRules:
    """When a breaker opens and for how long.

    It opens after `failures` in a row for `first_open`, and with each failed probe for twice as
    long, up to `longest_open`. A probe without an outcome after `probe_within` is taken for lost.
    """

    failures: int = 5
    first_open: timedelta = timedelta(seconds=1)
    longest_open: timedelta = timedelta(seconds=30)
    probe_within: timedelta = timedelta(seconds=10)

    def __post_init__(self) -> None:
        require(self.failures > 0, f"a breaker opens after {self.failures} failures; at least 1")
        require(
            timedelta(0) < self.first_open <= self.longest_open,
            f"a breaker stays open {self.first_open} to {self.longest_open}; both above 0, "
            "the first not above the longest",
        )
        require(self.probe_within > timedelta(0), f"probe_within {self.probe_within}; above 0")


@dataclass(frozen=True, slots=True)
class Breaker:
    """The state of one breaker; `failures` counts those in a row."""

    state: BreakerState = BreakerState.CLOSED
    failures: int = 0
    open_until: datetime | None = None
    probe_until: datetime | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        require(self.failures >= 0, f"{self.failures} failures in a row; at least 0")
        require(
            self.state is not BreakerState.OPEN or self.open_until is not None,
            "an open breaker needs an end",
        )
        require(
            self.state is not BreakerState.HALF_OPEN or self.probe_until is not None,
            "a half-open breaker needs the end of its probe",
        )


CLOSED = Breaker()
"""A breaker that never saw a failure, and one after any answer."""


class Passage(StrEnum):
    """Whether a request may leave: yes, as the one probe, or not at all."""

    FREE = "free"
    PROBE = "probe"
    BLOCKED = "blocked"


def passage(breaker: Breaker, now: datetime) -> Passage:
    """What the breaker says to a request now."""
    if breaker.state is BreakerState.CLOSED:
        return Passage.FREE
    until = blocked_until(breaker)
    return Passage.PROBE if until is None or until <= now else Passage.BLOCKED


def blocked_until(breaker: Breaker) -> datetime | None:
    """When the next request may try; None if the breaker is closed."""
    match breaker.state:
        case BreakerState.CLOSED:
            return None
        case BreakerState.OPEN:
            return breaker.open_until
        case BreakerState.HALF_OPEN:
            return breaker.probe_until


def probing(breaker: Breaker, now: datetime, rules: BreakerRules) -> Breaker:
    """The breaker while a probe is on its way."""
    return replace(breaker, state=BreakerState.HALF_OPEN, probe_until=now + rules.probe_within)


def after_failure(
    breaker: Breaker, reason: str, now: datetime, *, rules: BreakerRules, jitter: float
) -> Breaker:
    """The breaker after a request failed; `jitter` (0..1) spreads the ends of open times.

    A failure of a request that left before the breaker opened changes nothing: only a probe may
    make the open time longer.
    """
    if breaker.state is BreakerState.OPEN:
        return breaker
    failures = breaker.failures + 1
    if failures < rules.failures:
        return Breaker(failures=failures, reason=reason)
    length = _open_for(failures - rules.failures, rules, jitter)
    return Breaker(BreakerState.OPEN, failures, open_until=now + length, reason=reason)


def _open_for(probes: int, rules: BreakerRules, jitter: float) -> timedelta:
    """Doubled with each failed probe and shortened by up to half (full jitter would reach 0)."""
    require(0 <= jitter <= 1, f"jitter {jitter}; it is a fraction of 0 to 1")
    doublings = min(probes, 16)  # far past every longest time, and no overflow
    length = min(rules.first_open * (1 << doublings), rules.longest_open)
    return length * (1 - jitter / 2)
