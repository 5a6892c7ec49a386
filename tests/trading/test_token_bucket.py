"""However requests are spread, no more leave than the exchange allows."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trading.errors import InvariantError
from trading.token_bucket import TRANSIT, Bucket, Level, Limit, bucket_of, floor_of, wait_of
from trading.traffic import Purpose

SECOND = timedelta(seconds=1)
BUCKET = Bucket("create", Decimal(3), Decimal(5))

limits = st.builds(
    Limit,
    requests=st.integers(1, 1_000_000),
    span=st.timedeltas(timedelta(milliseconds=100), timedelta(minutes=1)),
    burst=st.decimals(Decimal("0.01"), Decimal("0.99"), places=2),
)


@given(limits)
def test_a_bucket_never_grants_more_than_its_limit_in_a_span_and_the_way_there(
    limit: Limit,
) -> None:
    bucket = bucket_of("any", limit)
    longest = Decimal((limit.span + TRANSIT) // timedelta(microseconds=1)) / 1_000_000

    assert bucket.capacity + bucket.per_second * longest < limit.requests + 1
    assert bucket.capacity >= 1
    assert bucket.per_second > 0


@pytest.mark.parametrize(
    ("requests", "span", "burst", "capacity", "per_second"),
    [
        (10, SECOND, "0.3", 3, "6.32"),
        (50, SECOND, "0.3", 15, "28.72"),
        (5, SECOND, "0.3", 1, "3.92"),
        (1, SECOND, "0.3", 1, "0.72"),
        (600, timedelta(seconds=5), "0.5", 300, "57.314285714"),
    ],
)
def test_the_buckets_of_bybits_limits(
    requests: int, span: timedelta, burst: str, capacity: int, per_second: str
) -> None:
    bucket = bucket_of("one", Limit(requests, span, Decimal(burst)))

    assert bucket == Bucket("one", Decimal(capacity), Decimal(per_second))


@pytest.mark.parametrize("purpose", [Purpose.READ, Purpose.ENTRY])
@given(limit=limits)
def test_a_full_bucket_always_has_a_token_and_keeps_some_for_protection(
    limit: Limit, purpose: Purpose
) -> None:
    bucket = bucket_of("any", limit)
    floor = floor_of(bucket, purpose)

    assert 0 <= floor <= bucket.capacity - 1
    assert floor > floor_of(bucket, Purpose.PROTECT)


def test_protection_is_promised_the_tokens_of_the_next_five_seconds() -> None:
    assert floor_of(BUCKET, Purpose.PROTECT) == -25


@pytest.mark.parametrize(
    ("tokens", "floor", "blocked_s", "granted", "seconds"),
    [
        ("3", "1", 0, True, "0"),
        ("1", "-25", 0, True, "0"),
        ("0", "-25", 0, True, "0.2"),
        ("-4", "-25", 0, True, "1"),
        ("1.5", "1", 0, False, "0.1"),
        ("0", "1", 0, False, "0.4"),
        ("3", "1", 2, False, "2"),
        ("0", "1", 0.1, False, "0.4"),
    ],
)
def test_the_wait_ends_when_the_token_is_there(
    tokens: str, floor: str, blocked_s: float, granted: bool, seconds: str
) -> None:
    level = Level(BUCKET, Decimal(tokens), Decimal(floor), timedelta(seconds=blocked_s))

    assert wait_of([level], granted=granted) == timedelta(seconds=float(seconds))


def test_of_two_buckets_the_slower_one_counts() -> None:
    slow = Level(Bucket("slow", Decimal(1), Decimal(1)), Decimal(0), Decimal(0))
    fast = Level(BUCKET, Decimal(0), Decimal(0))

    assert wait_of([fast, slow], granted=False) == SECOND


@given(
    tokens=st.decimals(-100, 100, places=9),
    per_second=st.decimals(Decimal("0.001"), 1000, places=9),
)
def test_after_the_wait_there_is_a_whole_token(tokens: Decimal, per_second: Decimal) -> None:
    level = Level(Bucket("any", Decimal(100), per_second), tokens, Decimal(0))

    waited = wait_of([level], granted=False) // timedelta(microseconds=1)

    assert tokens + per_second * waited / 1_000_000 >= 1


@pytest.mark.parametrize(
    ("requests", "span", "burst", "message"),
    [
        (0, SECOND, "0.5", "a limit of 0 requests"),
        (1, timedelta(0), "0.5", "span is 0:00:00"),
        (1, SECOND, "0", "burst 0"),
        (1, SECOND, "1", "burst 1"),
    ],
)
def test_an_impossible_limit_is_refused(
    requests: int, span: timedelta, burst: str, message: str
) -> None:
    with pytest.raises(InvariantError, match=message):
        Limit(requests, span, Decimal(burst))
