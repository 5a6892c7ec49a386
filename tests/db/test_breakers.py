"""Of all who see the same breaker, one may change it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine

from db.repositories.breakers import Standing, change, standing
from trading.breaker import CLOSED, Breaker, BreakerRules, after_failure, probing
from trading.traffic import BreakerState

HOST = "api.bybit.com"
FAILED_ONCE = Breaker(failures=1, reason="no answer")


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as opened, opened.begin():
        yield opened


def test_a_host_nobody_knows_has_closed_breakers(connection: Connection) -> None:
    found = standing(connection, HOST)

    assert found == Standing(found.now, {})
    assert found.of("read") == CLOSED


def test_a_breaker_is_found_as_it_was_left(connection: Connection) -> None:
    now = standing(connection, HOST).now
    opened = after_failure(CLOSED, "no answer", now, rules=BreakerRules(failures=1), jitter=0)
    trying = probing(opened, now, BreakerRules())

    assert change(connection, HOST, "read", seen=CLOSED, new=opened)
    assert standing(connection, HOST).of("read") == opened
    assert change(connection, HOST, "read", seen=opened, new=trying)
    assert standing(connection, HOST).breakers == {"read": trying}
    assert change(connection, HOST, "read", seen=trying, new=CLOSED)
    assert standing(connection, HOST).of("read") == CLOSED


def test_hosts_and_operations_have_breakers_of_their_own(connection: Connection) -> None:
    change(connection, HOST, "read", seen=CLOSED, new=FAILED_ONCE)

    assert standing(connection, HOST).of("entry") == CLOSED
    assert standing(connection, "elsewhere").breakers == {}


@pytest.mark.parametrize("seen", [CLOSED, replace(FAILED_ONCE, failures=2)])
def test_what_changed_meanwhile_is_not_overwritten(connection: Connection, seen: Breaker) -> None:
    change(connection, HOST, "read", seen=CLOSED, new=FAILED_ONCE)

    assert not change(connection, HOST, "read", seen=seen, new=replace(seen, failures=9))
    assert standing(connection, HOST).of("read") == FAILED_ONCE


def test_of_twenty_that_want_to_probe_one_may(engine: Engine) -> None:
    with engine.begin() as connection:
        now = standing(connection, HOST).now
        opened = Breaker(BreakerState.OPEN, 5, open_until=now - timedelta(seconds=1))
        change(connection, HOST, "read", seen=CLOSED, new=opened)

    def probe(_number: int) -> bool:
        with engine.begin() as own:
            trying = probing(opened, now, BreakerRules())
            return change(own, HOST, "read", seen=opened, new=trying)

    with ThreadPoolExecutor(20) as threads:
        assert sum(threads.map(probe, range(20))) == 1
