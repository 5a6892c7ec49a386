"""Open interest and account ratio as the gateway gives them; both are asked once."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from adapters.bybit.gateway import BybitGateway
from tests.adapters.bybit.scripted_exchange import Reply, ScriptedExchange, listed, ok
from trading.errors import BadDataError, ExchangeError
from trading.market import AccountRatio, OpenInterest

INTEREST = "/v5/market/open-interest"
RATIO = "/v5/market/account-ratio"
# As the exchange's own servers wrote them (testnet, 2023; docs "Get Long Short Ratio").
HOURS = (
    {"openInterest": "60928.34400000", "timestamp": "1679907600000"},
    {"openInterest": "60938.09000000", "timestamp": "1679904000000"},
)
ACCOUNTS = {
    "symbol": "BTCUSDT",
    "buyRatio": "0.5777",
    "sellRatio": "0.4223",
    "timestamp": "1695772800000",
}


def test_open_interest_is_a_day_of_hours_oldest_first(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.script(INTEREST, listed(*HOURS))

    assert gateway.open_interest("BTCUSDT") == [
        OpenInterest("BTCUSDT", Decimal("60938.09"), datetime(2023, 3, 27, 8, tzinfo=UTC)),
        OpenInterest("BTCUSDT", Decimal("60928.344"), datetime(2023, 3, 27, 9, tzinfo=UTC)),
    ]
    assert exchange.seen[0].query == {
        "category": "linear",
        "symbol": "BTCUSDT",
        "intervalTime": "1h",
        "limit": "25",
    }


def test_the_account_ratio_is_that_of_the_last_hour(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.script(RATIO, listed(ACCOUNTS))

    assert gateway.account_ratio("BTCUSDT") == AccountRatio(
        "BTCUSDT", Decimal("0.5777"), Decimal("0.4223"), datetime(2023, 9, 27, tzinfo=UTC)
    )
    assert exchange.seen[0].query == {
        "category": "linear",
        "symbol": "BTCUSDT",
        "period": "1h",
        "limit": "1",
    }


def test_what_is_not_listed_is_none(exchange: ScriptedExchange, gateway: BybitGateway) -> None:
    exchange.script(INTEREST, listed())
    exchange.script(RATIO, listed())

    assert gateway.open_interest("BTCUSDT") == []
    assert gateway.account_ratio("BTCUSDT") is None


@pytest.mark.parametrize("reply", [Reply(how="reset"), Reply(status=503)], ids=["reset", "503"])
def test_neither_is_asked_twice(
    exchange: ScriptedExchange, gateway: BybitGateway, reply: Reply
) -> None:
    exchange.script(INTEREST, reply, listed(*HOURS))
    exchange.script(RATIO, reply, listed(ACCOUNTS))

    with pytest.raises(ExchangeError):
        gateway.open_interest("BTCUSDT")
    with pytest.raises(ExchangeError):
        gateway.account_ratio("BTCUSDT")

    assert len(exchange.seen) == 2


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (ok({}), "field list is None"),
        (listed(HOURS[0] | {"openInterest": ""}), "openInterest is ''"),
        (listed(HOURS[0] | {"openInterest": "-1"}), "open interest is -1"),
        (listed(HOURS[0] | {"timestamp": "soon"}), "timestamp is 'soon'"),
    ],
)
def test_malformed_open_interest_is_refused(
    exchange: ScriptedExchange, gateway: BybitGateway, reply: Reply, says: str
) -> None:
    exchange.script(INTEREST, reply)

    with pytest.raises(BadDataError, match=says):
        gateway.open_interest("BTCUSDT")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"symbol": ""}, "symbol is ''"),
        ({"buyRatio": "57.77"}, "fraction of 0 to 1"),
        ({"sellRatio": None}, "sellRatio is None"),
        ({"timestamp": "0"}, "timestamp is '0'"),
    ],
)
def test_a_malformed_account_ratio_is_refused(
    exchange: ScriptedExchange, gateway: BybitGateway, changes: dict[str, object], says: str
) -> None:
    exchange.script(RATIO, listed(ACCOUNTS | changes))

    with pytest.raises(BadDataError, match=says):
        gateway.account_ratio("BTCUSDT")
