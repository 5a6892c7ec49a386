"""Token buckets: a request takes a token, tokens come back at a steady rate.

The exchange counts requests in a rolling span when they arrive; we count them when they leave.
A bucket that holds `capacity` and refills `per_second` lets at most capacity + per_second x t
requests leave in any time t. Two that leave within one span and TRANSIT can arrive within the
span, so a limit is kept while capacity + per_second x (span + TRANSIT) < limit + 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from trading.checks import require
from trading.traffic import Purpose

TRANSIT = timedelta(milliseconds=250)
"""How much longer one request may be on its way than another."""

_BELOW_ONE_MORE = Decimal("0.9")
_MICROSECONDS = Decimal(1_000_000)
_FINEST = Decimal("1e-9")  # a stored rate is to equal the one it was made from
_PATIENCE = timedelta(seconds=5)

_KEPT_FREE = Decimal(1) / 3  # of a bucket, for those who protect a position


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `requests` in any `span`; `burst` (0..1) is the part that may leave at once."""

    requests: int
    span: timedelta
    burst: Decimal

    def __post_init__(self) -> None:
        require(self.requests > 0, f"a limit of {self.requests} requests; it must be above 0")
        require(self.span > timedelta(0), f"a limit's span is {self.span}; it must be above 0")
        require(0 < self.burst < 1, f"burst {self.burst}; it is a fraction between 0 and 1")


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many tokens a bucket holds and how many come back each second."""

    name: str
    capacity: Decimal
    per_second: Decimal


@dataclass(frozen=True, slots=True)
class Level:
    """A bucket when somebody asked: the tokens before, and those that had to stay.

    The exchange itself may have closed it for `blocked_for`; 0 or less when it is open.
    """

    bucket: Bucket
    tokens: Decimal
    floor: Decimal
    blocked_for: timedelta = timedelta(0)


def bucket_of(name: str, limit: Limit) -> Bucket:
    """The bucket that keeps `limit` however requests are spread; see the module."""
    capacity = max(Decimal(1), (limit.requests * limit.burst).to_integral_value(ROUND_FLOOR))
    refill = limit.requests + _BELOW_ONE_MORE - capacity
    per_second = refill / _seconds(limit.span + TRANSIT)
    return Bucket(name, capacity, per_second.quantize(_FINEST, ROUND_FLOOR))


def floor_of(bucket: Bucket, purpose: Purpose) -> Decimal:
    """The tokens that must stay after a request of this kind.

    Negative for PROTECT: it is promised a token of the next seconds and nobody else gets it.
    """
    if purpose is Purpose.PROTECT:
        return -bucket.per_second * _seconds(_PATIENCE)
    # One token must always be in reach, or a small bucket would never let anybody through.
    return min(bucket.capacity * _KEPT_FREE, bucket.capacity - 1)


def wait_of(levels: Sequence[Level], *, granted: bool) -> timedelta:
    """How long until a request that was granted leaves, or one that was not may ask again."""
    if granted:
        return max(_until(level, Decimal(0)) for level in levels)
    return max(max(_until(level, level.floor), level.blocked_for) for level in levels)


def _until(level: Level, floor: Decimal) -> timedelta:
    missing = floor + 1 - level.tokens
    if missing <= 0:
        return timedelta(0)
    microseconds = missing / level.bucket.per_second * _MICROSECONDS
    return timedelta(microseconds=int(microseconds.to_integral_value(ROUND_CEILING)))


def _seconds(length: timedelta) -> Decimal:
    return Decimal(length // timedelta(microseconds=1)) / _MICROSECONDS
