"""The gate before a real exchange process that counts, refuses and bans."""

from collections.abc import Callable, Iterator

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, text

from adapters.bybit.access import ExchangeAccess
from adapters.bybit.endpoints import Read, Write
from adapters.bybit.retries import ReadPolicy
from adapters.bybit.transport import BybitTransport
from cli.bench.minute_bars import SYMBOL
from tasks.resources import open_resources, traffic_rules
from tasks.traffic import SharedGate, open_gate
from tests.fixtures.desks import settings_of
from tests.fixtures.simulator import Venue
from trading.errors import ExchangeHaltedError, ExchangeRetryableError
from trading.traffic_rules import TrafficRules

ONCE = ReadPolicy(attempts=1)
LEVERAGE = {"category": "linear", "symbol": SYMBOL, "buyLeverage": "10", "sellLeverage": "10"}


def access_to(venue: Venue) -> ExchangeAccess:
    return ExchangeAccess(venue.rest, SecretStr(venue.api_key), SecretStr(venue.api_secret))


@pytest.fixture
def counting_venue(open_venue: Callable[..., Venue]) -> Venue:
    return open_venue("--symbols", SYMBOL, "--speed", "step", "--rate-limits", "on")


@pytest.fixture
def gate(own_database_url: str) -> Iterator[SharedGate]:
    with open_gate(own_database_url, TrafficRules(), role="test") as opened:
        yield opened


@pytest.fixture
def careless(counting_venue: Venue) -> Iterator[BybitTransport]:
    opened = BybitTransport(access_to(counting_venue), ONCE)
    yield opened
    opened.close()


@pytest.fixture
def careful(counting_venue: Venue, gate: SharedGate) -> Iterator[BybitTransport]:
    opened = BybitTransport(access_to(counting_venue), ONCE, gate)
    yield opened
    opened.close()


def repeat(times: int, request: Callable[[], object]) -> None:
    for _ in range(times):
        request()


def exceed(transport: BybitTransport) -> None:
    with pytest.raises(ExchangeRetryableError, match="retCode 10006"):
        repeat(100, lambda: transport.write(Write.SET_LEVERAGE, **LEVERAGE))


def test_a_caller_without_the_gate_exceeds_the_limit(careless: BybitTransport) -> None:
    exceed(careless)


def test_a_caller_behind_the_gate_does_not(careful: BybitTransport) -> None:
    repeat(15, lambda: careful.write(Write.SET_LEVERAGE, **LEVERAGE))


def test_a_limit_that_others_used_up_is_waited_for(
    careless: BybitTransport, careful: BybitTransport
) -> None:
    exceed(careless)

    with pytest.raises(ExchangeRetryableError, match="retCode 10006"):
        careful.write(Write.SET_LEVERAGE, **LEVERAGE)
    careful.write(Write.SET_LEVERAGE, **LEVERAGE)


def test_after_a_ban_nothing_more_is_sent(counting_venue: Venue, careful: BybitTransport) -> None:
    counting_venue.fault("http.ip_ban")

    with pytest.raises(ExchangeHaltedError, match="HTTP status 403"):
        careful.read(Read.SERVER_TIME)
    with pytest.raises(ExchangeHaltedError, match="not sent"):
        careful.read(Read.SERVER_TIME)
    with pytest.raises(ExchangeHaltedError, match="not sent"):
        careful.write(Write.CANCEL_ALL, category="linear", settleCoin="USDT")


def test_the_requests_of_a_run_are_counted(
    counting_venue: Venue, own_database_url: str, engine: Engine
) -> None:
    settings = settings_of(counting_venue, own_database_url, symbols=(SYMBOL,))
    with open_resources(settings, role="test") as resources:
        resources.gateway.positions()

    with engine.connect() as connection:
        names = set(
            connection.scalars(text("SELECT split_part(bucket, '|', -1) FROM rate_buckets"))
        )
    assert names == {"address", "get_api_key_information", "get_positions"}


@pytest.mark.parametrize(("clock", "pace"), [("system", 1), ("exchange", 1000)])
def test_a_replayed_market_may_be_asked_faster(
    counting_venue: Venue, own_database_url: str, clock: str, pace: int
) -> None:
    assert traffic_rules(settings_of(counting_venue, own_database_url, clock=clock)).pace == pace
