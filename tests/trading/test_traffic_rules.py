"""Which buckets a request takes from, and how pace and bans change it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from trading.breaker import CLOSED
from trading.errors import InvariantError
from trading.traffic import Call, Outcome, Purpose, Result
from trading.traffic_rules import TrafficRules, address_of, endpoint_of, remaining_time

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PLACE = Call("api.bybit.com", "f00", "place_order", Purpose.ENTRY, per_second=10)
PUBLIC = replace(PLACE, endpoint="get_tickers", purpose=Purpose.READ, per_second=None)
RULES = TrafficRules()


def test_market_data_is_counted_by_address_alone() -> None:
    (bucket,) = RULES.buckets_of(PUBLIC)

    assert bucket.name == "api.bybit.com|address"
    assert bucket.capacity == 300


def test_a_private_request_is_counted_by_account_and_endpoint_too() -> None:
    names = [bucket.name for bucket in RULES.buckets_of(PLACE)]

    assert names == ["api.bybit.com|address", "api.bybit.com|f00|place_order"]


def test_accounts_share_the_address_only() -> None:
    other = replace(PLACE, account="ba4")

    assert address_of(other) == address_of(PLACE)
    assert endpoint_of(other) != endpoint_of(PLACE)


@pytest.mark.parametrize(
    ("said", "capacity"), [(None, 3), (10, 3), (20, 3), (5, 1), (1, 1), (600, 3)]
)
def test_the_exchange_may_allow_less_than_known_never_more(
    said: int | None, capacity: int
) -> None:
    endpoint = RULES.buckets_of(PLACE, said)[1]

    assert endpoint.capacity == capacity
    assert endpoint.per_second <= RULES.buckets_of(PLACE)[1].per_second


def test_in_a_replay_limits_are_higher_and_pauses_shorter() -> None:
    fast = TrafficRules(pace=1000)

    assert [bucket.capacity for bucket in fast.buckets_of(PLACE)] == [300_000, 3000]
    assert fast.breaker_of(Purpose.ENTRY).first_open == timedelta(milliseconds=1)
    banned = fast.silenced(Outcome(Result.BANNED), NOW)
    assert remaining_time(banned, NOW) == timedelta(seconds=0.6)


def test_a_ban_means_ten_minutes_of_silence() -> None:
    banned = RULES.silenced(Outcome(Result.BANNED, reason="HTTP status 403"), NOW)

    assert remaining_time(banned, NOW) == timedelta(minutes=10)
    assert banned.reason == "HTTP status 403"
    assert remaining_time(CLOSED, NOW) == timedelta(0)


def test_reads_come_back_sooner_than_entries() -> None:
    assert RULES.breaker_of(Purpose.READ).longest_open == timedelta(seconds=5)
    assert RULES.breaker_of(Purpose.ENTRY).longest_open == timedelta(seconds=30)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"pace": 0}, "pace 0"),
        ({"patience": timedelta(0)}, "patience 0:00:00"),
        ({"silence": timedelta(0)}, "silence 0:00:00"),
        ({"window": timedelta(0)}, "window 0:00:00"),
    ],
)
def test_impossible_rules_are_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(InvariantError, match=message):
        TrafficRules(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "message"), [({"host": ""}, "needs the host"), ({"per_second": 0}, "limit 0")]
)
def test_an_impossible_call_is_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(InvariantError, match=message):
        replace(PLACE, **fields)  # type: ignore[arg-type]
