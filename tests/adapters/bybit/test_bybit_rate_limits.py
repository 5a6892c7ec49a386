"""What each request is for, and what the exchange allows of it."""

import pytest
from pydantic import SecretStr

from adapters.bybit.endpoints import Read, Write
from adapters.bybit.rate_limits import PER_SECOND, call_of
from tests.adapters.bybit.scripted_exchange import API_KEY, access_to
from trading.traffic import Call, Purpose

ACCESS = access_to("https://api.bybit.com")

PUBLIC = {
    Read.SERVER_TIME,
    Read.SYSTEM_STATUS,
    Read.INSTRUMENTS,
    Read.TICKERS,
    Read.CANDLES,
    Read.MARK_CANDLES,
    Read.FUNDING_HISTORY,
    Read.OPEN_INTEREST,
    Read.ACCOUNT_RATIO,
}


def call(endpoint: Read | Write, **parameters: object) -> Call:
    return call_of(ACCESS, endpoint, parameters)


def test_market_data_alone_has_no_limit_of_its_own() -> None:
    assert {*Read, *Write} - set(PER_SECOND) == PUBLIC


@pytest.mark.parametrize("endpoint", Read)
def test_a_read_is_a_read(endpoint: Read) -> None:
    assert call(endpoint).purpose is Purpose.READ
    assert call(endpoint).per_second == PER_SECOND.get(endpoint)


@pytest.mark.parametrize(
    ("endpoint", "parameters", "purpose"),
    [
        (Write.PLACE_ORDER, {}, Purpose.ENTRY),
        (Write.PLACE_ORDER, {"reduceOnly": False}, Purpose.ENTRY),
        (Write.PLACE_ORDER, {"reduceOnly": True}, Purpose.PROTECT),
        (Write.PLACE_ORDER, {"reduceOnly": "true"}, Purpose.ENTRY),
        (Write.AMEND_ORDER, {}, Purpose.ENTRY),
        (Write.SET_LEVERAGE, {}, Purpose.ENTRY),
        (Write.CANCEL_ORDER, {}, Purpose.PROTECT),
        (Write.CANCEL_ALL, {}, Purpose.PROTECT),
        (Write.SET_PROTECTION, {}, Purpose.PROTECT),
    ],
)
def test_what_takes_risk_away_protects(
    endpoint: Write, parameters: dict[str, object], purpose: Purpose
) -> None:
    assert call(endpoint, **parameters).purpose is purpose


def test_the_account_is_named_without_its_key() -> None:
    named = call(Write.PLACE_ORDER)
    other = call_of(
        access_to("https://api.bybit.com", api_key=SecretStr("other")), Write.PLACE_ORDER, {}
    )

    assert named.host == "api.bybit.com"
    assert API_KEY not in repr(named)
    assert named.account != other.account
