"""Tokens are taken one by one, however many take them at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, insert, text

from db.models import BreakerRow
from db.repositories import rate_buckets
from db.repositories.rate_buckets import take
from trading.token_bucket import Bucket, Level, Limit, bucket_of

START = datetime(2100, 1, 1, tzinfo=UTC)
"""After any clock of these tests, so that a new bucket is full at this moment."""

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
NONE_LEFT = Decimal(0)


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as opened:
        yield opened


def new_bucket(connection: Connection, capacity: int = 3, per_second: int = 1) -> str:
    bucket = Bucket(uuid4().hex, Decimal(capacity), Decimal(per_second))
    rate_buckets.open_new(connection, bucket)
    return bucket.name


def takes(connection: Connection, name: str, count: int, *, now: datetime = START) -> list[bool]:
    return [take(connection, {name: NONE_LEFT}, now=now).granted for _ in range(count)]


def test_a_full_bucket_gives_its_capacity_and_no_more(connection: Connection) -> None:
    assert takes(connection, new_bucket(connection), 5) == [True] * 3 + [False] * 2


def test_tokens_come_back_with_time_up_to_the_capacity(connection: Connection) -> None:
    name = new_bucket(connection)
    takes(connection, name, 3)

    assert takes(connection, name, 3, now=START + 2 * SECOND) == [True, True, False]
    assert takes(connection, name, 5, now=START + HOUR) == [True] * 3 + [False] * 2


def test_time_that_runs_backwards_gives_nothing(connection: Connection) -> None:
    name = new_bucket(connection)
    takes(connection, name, 3)

    assert takes(connection, name, 1, now=START - HOUR) == [False]
    assert takes(connection, name, 2, now=START + SECOND) == [True, False]


def test_a_floor_stays_and_a_promise_goes_below_zero(connection: Connection) -> None:
    name = new_bucket(connection)

    assert take(connection, {name: Decimal(2)}, now=START).granted
    assert not take(connection, {name: Decimal(2)}, now=START).granted
    assert takes(connection, name, 2) == [True, True]
    assert take(connection, {name: Decimal(-1)}, now=START).granted
    assert not take(connection, {name: Decimal(-1)}, now=START).granted


def test_a_small_bucket_gives_its_last_token_whatever_the_floor(connection: Connection) -> None:
    name = new_bucket(connection, capacity=1)

    assert take(connection, {name: Decimal(99)}, now=START).granted
    assert not take(connection, {name: Decimal(99)}, now=START).granted


def test_of_two_buckets_both_give_or_none(connection: Connection) -> None:
    wide, narrow = new_bucket(connection, 10), new_bucket(connection, 1)
    both = {wide: NONE_LEFT, narrow: NONE_LEFT}

    assert [take(connection, both, now=START).granted for _ in range(3)] == [True, False, False]

    levels = take(connection, both, now=START).levels
    assert [level.tokens for level in levels] == [9, 0]
    assert [level.bucket.name for level in levels] == [wide, narrow]


def test_a_bucket_that_does_not_exist_gives_nothing(connection: Connection) -> None:
    known = new_bucket(connection)

    taken = take(connection, {known: NONE_LEFT, "unknown": NONE_LEFT}, now=START)

    assert not taken.granted
    assert [level.bucket.name for level in taken.levels] == [known]
    assert take(connection, {"unknown": NONE_LEFT}).levels == ()
    assert takes(connection, known, 4) == [True] * 3 + [False]


def test_nothing_is_looked_at_while_a_breaker_of_the_host_counts_a_failure(
    connection: Connection,
) -> None:
    name, host = new_bucket(connection), uuid4().hex
    assert take(connection, {name: NONE_LEFT}, if_untroubled=host, now=START).granted
    connection.execute(
        insert(BreakerRow).values(
            host=host, operation="read", state="closed", failures=1, reason="", changed_at=START
        )
    )

    troubled = take(connection, {name: NONE_LEFT}, if_untroubled=host)

    assert (troubled.granted, troubled.levels, troubled.at) == (False, (), None)
    assert takes(connection, name, 3) == [True, True, False]


def test_opening_a_bucket_twice_does_not_fill_it(connection: Connection) -> None:
    name = new_bucket(connection)
    takes(connection, name, 3)

    rate_buckets.open_new(connection, Bucket(name, Decimal(99), Decimal(99)))

    assert takes(connection, name, 1) == [False]


def test_a_block_lasts_and_a_shorter_one_does_not_end_it(connection: Connection) -> None:
    name = new_bucket(connection)
    rate_buckets.block(connection, name, HOUR)
    rate_buckets.block(connection, name, SECOND)

    taken = take(connection, {name: NONE_LEFT})

    assert not taken.granted
    assert timedelta(minutes=59) < taken.levels[0].blocked_for <= HOUR
    assert takes(connection, name, 1) == [True]  # in the next century


def test_another_shape_gives_no_token(connection: Connection) -> None:
    name = new_bucket(connection, capacity=3)
    rate_buckets.reshape(connection, Bucket(name, Decimal(2), Decimal(1)))
    assert takes(connection, name, 3) == [True, True, False]

    rate_buckets.reshape(connection, Bucket(name, Decimal(9), Decimal(1)))
    assert takes(connection, name, 1) == [False]


@pytest.mark.parametrize(("said", "left"), [(1, 1), (0, 0), (3, 3), (50, 3)])
def test_the_exchange_may_count_fewer_tokens_than_we_do(
    connection: Connection, said: int, left: int
) -> None:
    name = new_bucket(connection)
    takes(connection, name, 0)

    rate_buckets.keep_at_most(connection, name, said)

    level = take(connection, {name: NONE_LEFT}).levels[0]
    assert left <= level.tokens <= min(left + 1, 3)


def test_fifty_threads_get_no_more_than_the_bucket_holds(engine: Engine) -> None:
    with engine.connect() as connection, connection.begin():
        names = {new_bucket(connection, 40): NONE_LEFT, new_bucket(connection, 30): NONE_LEFT}

    def ask(number: int) -> bool:
        # In turns the other way round, as two endpoints would name them.
        wanted = dict(sorted(names.items(), reverse=number % 2 == 0))
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as own:
            return take(own, wanted, now=START).granted

    with ThreadPoolExecutor(50) as threads:
        granted = sum(threads.map(ask, range(200)))

    assert granted == 30


def refilled(tokens: Decimal, elapsed: timedelta, bucket: Bucket) -> Decimal:
    """The tokens a bucket should hold, in the plainest words."""
    back = bucket.per_second * (elapsed // timedelta(microseconds=1)) / 1_000_000
    return min(bucket.capacity, tokens + back)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    limit=st.builds(
        Limit,
        requests=st.integers(1, 20),
        span=st.just(SECOND),
        burst=st.decimals(Decimal("0.1"), Decimal("0.9"), places=1),
    ),
    pauses=st.lists(st.timedeltas(timedelta(0), timedelta(milliseconds=400)), max_size=40),
)
def test_in_no_second_more_requests_leave_than_the_limit(
    connection: Connection, limit: Limit, pauses: list[timedelta]
) -> None:
    bucket = bucket_of(uuid4().hex, limit)
    rate_buckets.open_new(connection, bucket)
    left: list[datetime] = []
    tokens, before = bucket.capacity, START

    for now in accumulate(pauses, initial=START):
        tokens = refilled(tokens, now - before, bucket)
        before = now
        taken = take(connection, {bucket.name: NONE_LEFT}, now=now)
        assert abs(taken.levels[0].tokens - tokens) < Decimal("1e-9")
        if taken.granted:
            left.append(now)
            tokens -= 1

    for first in left:
        assert sum(first <= one <= first + SECOND for one in left) <= limit.requests


def test_a_level_carries_what_the_wait_needs(connection: Connection) -> None:
    name = new_bucket(connection, capacity=3, per_second=2)

    (level,) = take(connection, {name: Decimal("0.5")}, now=START).levels

    assert level == Level(
        Bucket(name, Decimal(3), Decimal(2)), tokens=Decimal(3), floor=Decimal("0.5")
    )


def test_the_clock_is_the_databases(connection: Connection) -> None:
    name = new_bucket(connection)
    take(connection, {name: NONE_LEFT})

    age = connection.scalar(
        text("SELECT clock_timestamp() - refilled_at FROM rate_buckets WHERE bucket = :name"),
        {"name": name},
    )

    assert timedelta(0) <= age < SECOND * 10
