"""Keys, clocks and limits of the simulated exchange, as the gateway reports them."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from pydantic import SecretStr

from adapters.bybit.access import ExchangeAccess
from adapters.bybit.gateway import connect
from tests.contract.gateway.conftest import SYMBOL, Venue, long_entry
from trading.errors import ExchangeError, ExchangeHaltedError, ExchangeRetryableError


@pytest.mark.parametrize("wrong", ["api_key", "api_secret"])
def test_a_wrong_key_or_secret_halts_and_is_not_quoted(venue: Venue, wrong: str) -> None:
    keys = {"api_key": venue.api_key, "api_secret": venue.api_secret} | {wrong: "WrongButSecret"}
    stranger = connect(
        ExchangeAccess(venue.rest, SecretStr(keys["api_key"]), SecretStr(keys["api_secret"]))
    )

    with pytest.raises(ExchangeHaltedError) as halted:
        stranger.wallet_balance()

    stranger.close()
    assert not any(secret in str(halted.value) for secret in keys.values())


def test_a_read_only_key_reads_and_may_not_trade(open_venue: Callable[..., Venue]) -> None:
    gateway = open_venue("--speed", "step", "--permission", "read", "--symbols", SYMBOL).gateway

    assert gateway.key_permissions().is_read_only
    assert gateway.wallet_balance().equity_usdt == 10_000
    with pytest.raises(ExchangeHaltedError):
        gateway.place(long_entry(gateway.ticker(SYMBOL), "at-entry"))


def test_a_clock_that_is_off_is_refused_and_measured(open_venue: Callable[..., Venue]) -> None:
    gateway = open_venue(
        "--speed", "real", "--clock-skew-ms", "-4000", "--symbols", SYMBOL
    ).gateway

    with pytest.raises(ExchangeRetryableError) as refused:
        gateway.wallet_balance()

    assert refused.value.code == 10002
    measured = gateway.clock_offset()
    assert abs(measured.offset + timedelta(seconds=4)) <= measured.round_trip + timedelta(
        milliseconds=250
    )


def test_too_many_writes_are_refused_as_not_executed(open_venue: Callable[..., Venue]) -> None:
    gateway = open_venue("--speed", "step", "--symbols", SYMBOL).gateway
    refused: list[ExchangeError] = []
    for number in range(40):
        try:
            gateway.set_leverage(SYMBOL, Decimal(1 + number % 10))
        except ExchangeRetryableError as error:
            refused.append(error)

    assert {error.code for error in refused} == {10006}
