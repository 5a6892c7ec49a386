"""Every way an answer can fail has one meaning, and no failure shows a secret."""

import json
import logging
import socket
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from pybit.unified_trading import HTTP
from pydantic import SecretStr

from adapters.bybit.access import ExchangeAccess
from adapters.bybit.endpoints import Read, Write
from adapters.bybit.retries import ReadPolicy
from adapters.bybit.transport import BybitTransport
from tests.adapters.bybit.scripted_exchange import (
    API_KEY,
    API_SECRET,
    Reply,
    ScriptedExchange,
    Seen,
    access_to,
    envelope,
    ok,
)
from trading.errors import (
    ExchangeDuplicateError,
    ExchangeError,
    ExchangeHaltedError,
    ExchangeOutcomeUnknownError,
    ExchangeRefusedError,
    ExchangeRetryableError,
    MisconfiguredError,
)

CREATE = "/v5/order/create"
BALANCE = "/v5/account/wallet-balance"
GOOD = json.dumps({"retCode": 0, "retMsg": "OK", "result": {"orderId": "x"}, "time": 1}).encode()
PAST, FAR_FUTURE = "1000", "99999999999999"


def limit_reset(when: str) -> Reply:
    return Reply(
        envelope(10006, "Too many visits!").body,
        headers={"X-Bapi-Limit-Reset-Timestamp": when},
    )


FAILURES = [
    ("time-out", Reply(GOOD, how="hang"), ExchangeOutcomeUnknownError, None),
    ("connection reset", Reply(GOOD, how="reset"), ExchangeOutcomeUnknownError, None),
    ("truncated body", Reply(GOOD, how="truncated"), ExchangeOutcomeUnknownError, None),
    ("html with 200", Reply(b"<html>busy</html>"), ExchangeOutcomeUnknownError, None),
    ("empty body", Reply(b""), ExchangeOutcomeUnknownError, None),
    ("json list", Reply(b"[]"), ExchangeOutcomeUnknownError, None),
    ("json null", Reply(b"null"), ExchangeOutcomeUnknownError, None),
    ("bytes that are no text", Reply(b"\xff\xfe\xfd"), ExchangeOutcomeUnknownError, None),
    ("null retCode", envelope(None, "?"), ExchangeOutcomeUnknownError, None),
    ("text retCode", envelope("0", "?"), ExchangeOutcomeUnknownError, None),
    ("true retCode", envelope(True, "?"), ExchangeOutcomeUnknownError, None),
    ("result is a list", envelope(0, "OK", [1]), ExchangeOutcomeUnknownError, 0),
    ("no retMsg", Reply(b'{"retCode": 10001}'), ExchangeRefusedError, 10001),
    ("server time-out", envelope(10000, "Server Timeout"), ExchangeOutcomeUnknownError, 10000),
    ("server error", envelope(10016, "Server error."), ExchangeOutcomeUnknownError, 10016),
    ("unlisted code", envelope(987654, "new"), ExchangeOutcomeUnknownError, 987654),
    ("clock", envelope(10002, "timestamp"), ExchangeRetryableError, 10002),
    ("limit, reset in the past", limit_reset(PAST), ExchangeRetryableError, 10006),
    ("limit, reset far away", limit_reset(FAR_FUTURE), ExchangeRetryableError, 10006),
    ("limit, no reset", envelope(10006, "Too many visits!"), ExchangeRetryableError, 10006),
    ("bad parameter", envelope(10001, "Qty invalid"), ExchangeRefusedError, 10001),
    ("money short", envelope(110007, "ab not enough"), ExchangeRefusedError, 110007),
    ("duplicate", envelope(110072, "duplicate"), ExchangeDuplicateError, 110072),
    ("key unknown", envelope(10003, "API key is invalid."), ExchangeHaltedError, 10003),
    ("http 401", Reply(b"", 401), ExchangeHaltedError, 401),
    ("http 403", Reply(b"access too frequent", 403), ExchangeHaltedError, 403),
    ("http 404", Reply(b"", 404), ExchangeRefusedError, 404),
    ("http 429", Reply(b"", 429), ExchangeRetryableError, 429),
    ("http 500", Reply(b"", 500), ExchangeOutcomeUnknownError, 500),
    ("http 502", Reply(b"<html>", 502), ExchangeOutcomeUnknownError, 502),
    ("http 503", Reply(GOOD, 503), ExchangeOutcomeUnknownError, 503),
    ("http 504", Reply(b"", 504), ExchangeOutcomeUnknownError, 504),
]


@pytest.mark.parametrize(
    ("reply", "kind", "code"),
    [failure[1:] for failure in FAILURES],
    ids=[failure[0] for failure in FAILURES],
)
def test_a_write_fails_with_its_meaning_and_is_sent_once(
    exchange: ScriptedExchange,
    transport: BybitTransport,
    reply: Reply,
    kind: type[ExchangeError],
    code: int | None,
) -> None:
    exchange.script(CREATE, reply)

    with pytest.raises(ExchangeError) as raised:
        transport.write(Write.PLACE_ORDER, category="linear", orderLinkId="at-1")

    assert type(raised.value) is kind
    assert raised.value.code == code
    assert len(exchange.calls(CREATE)) == 1


def test_a_redirect_is_not_followed_with_the_key_in_the_headers(
    exchange: ScriptedExchange, transport: BybitTransport
) -> None:
    exchange.script(CREATE, Reply(b"", 302, {"Location": f"{exchange.url}/elsewhere"}))

    with pytest.raises(ExchangeRefusedError, match="never followed: check the base URL"):
        transport.write(Write.PLACE_ORDER, category="linear")

    assert exchange.calls("/elsewhere") == []


def test_an_address_nobody_listens_on_means_the_write_was_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    transport = BybitTransport(access_to(f"http://127.0.0.1:{port}"))

    with pytest.raises(ExchangeRetryableError, match="was not sent"):
        transport.write(Write.PLACE_ORDER, category="linear")


@pytest.mark.parametrize("code", [110025, 110026, 110027, 110043, 34040])
def test_already_so_is_a_success(
    exchange: ScriptedExchange, transport: BybitTransport, code: int
) -> None:
    exchange.script("/v5/position/set-leverage", envelope(code, "not modified"))

    assert transport.write(Write.SET_LEVERAGE, category="linear").result == {}


@pytest.mark.parametrize(
    "failure",
    [
        Reply(b"", 503),
        Reply(GOOD, how="reset"),
        Reply(b"<html>"),
        envelope(10006, "Too many visits!"),
        envelope(10016, "Server error."),
    ],
)
def test_a_read_is_repeated_until_it_succeeds(
    exchange: ScriptedExchange, transport: BybitTransport, failure: Reply
) -> None:
    exchange.script(BALANCE, failure, failure, ok({"list": []}))

    assert transport.read(Read.WALLET_BALANCE, accountType="UNIFIED").result == {"list": []}
    assert len(exchange.calls(BALANCE)) == 3


def test_a_read_that_keeps_failing_ends_with_the_last_failure(
    exchange: ScriptedExchange, transport: BybitTransport
) -> None:
    exchange.script(BALANCE, Reply(b"", 503))

    with pytest.raises(ExchangeOutcomeUnknownError):
        transport.read(Read.WALLET_BALANCE)
    assert len(exchange.calls(BALANCE)) == 3


@pytest.mark.parametrize(
    "reply", [Reply(b"", 403), envelope(10001, "symbol invalid"), envelope(10003, "key")]
)
def test_a_refused_read_is_not_repeated(
    exchange: ScriptedExchange, transport: BybitTransport, reply: Reply
) -> None:
    exchange.script(BALANCE, reply)

    with pytest.raises(ExchangeRefusedError):
        transport.read(Read.WALLET_BALANCE)
    assert len(exchange.calls(BALANCE)) == 1


def test_a_read_once_is_not_repeated(
    exchange: ScriptedExchange, transport: BybitTransport
) -> None:
    exchange.script("/v5/market/time", Reply(b"", 503))

    with pytest.raises(ExchangeOutcomeUnknownError):
        transport.read_once(Read.SERVER_TIME)
    assert len(exchange.calls("/v5/market/time")) == 1


def test_the_default_policy_gives_up_within_half_a_minute() -> None:
    assert ReadPolicy().attempts == 5
    assert ReadPolicy().within == timedelta(seconds=30)


def test_a_private_request_without_a_key_names_what_to_set(exchange: ScriptedExchange) -> None:
    transport = BybitTransport(ExchangeAccess(exchange.url))

    with pytest.raises(MisconfiguredError, match="set the exchange's key and secret"):
        transport.read(Read.WALLET_BALANCE)
    assert exchange.seen == []


def test_requests_are_signed_with_key_and_window(
    exchange: ScriptedExchange, transport: BybitTransport
) -> None:
    exchange.script(BALANCE, ok({"list": []}))

    transport.read(Read.WALLET_BALANCE)

    headers = exchange.seen[0].headers
    assert headers["X-BAPI-API-KEY"] == API_KEY
    assert headers["X-BAPI-RECV-WINDOW"] == "5000"
    assert len(headers["X-BAPI-SIGN"]) == 64


def test_the_secret_never_travels(exchange: ScriptedExchange, transport: BybitTransport) -> None:
    exchange.script(CREATE, ok({}))

    transport.write(Write.PLACE_ORDER, category="linear")

    assert API_SECRET not in repr(exchange.seen)


def leaky(seen: Seen) -> Reply:
    """A server that quotes everything it got, as 10004 and error pages do."""
    signature = seen.headers["X-BAPI-SIGN"]
    return envelope(10004, f"error sign! origin_string[1{API_KEY}5000] {signature} {API_SECRET}")


@pytest.mark.parametrize(
    "reply",
    [leaky, *(lambda _seen, reply=failure[1]: reply for failure in FAILURES)],
    ids=["quoted", *(failure[0] for failure in FAILURES)],
)
def test_no_failure_shows_key_secret_or_signature(
    exchange: ScriptedExchange,
    transport: BybitTransport,
    caplog: pytest.LogCaptureFixture,
    reply: object,
) -> None:
    caplog.set_level(logging.DEBUG)
    exchange.compute(CREATE, reply)  # type: ignore[arg-type]

    with pytest.raises(ExchangeError) as raised:
        transport.write(Write.PLACE_ORDER, category="linear", orderLinkId="at-1")

    error = raised.value
    assert error.__context__ is None
    shown = "".join(traceback.format_exception(error)) + repr(error) + caplog.text
    signature = exchange.seen[0].headers["X-BAPI-SIGN"]
    for secret in (API_KEY, API_SECRET, signature):
        assert secret not in shown


def test_the_picture_of_a_transport_shows_the_address_only(transport: BybitTransport) -> None:
    assert repr(transport).startswith("BybitTransport('http://127.0.0.1:")
    assert API_KEY not in repr(transport)


def test_pybit_says_nothing_in_the_logs(
    exchange: ScriptedExchange, capfd: pytest.CaptureFixture[str]
) -> None:
    exchange.script(CREATE, limit_reset(PAST))
    with pytest.raises(ExchangeRetryableError):
        BybitTransport(access_to(exchange.url)).write(Write.PLACE_ORDER, category="linear")

    assert "visits" not in "".join(capfd.readouterr())
    assert logging.getLogger("pybit._http_manager").handlers == []


def test_proxies_are_ignored_on_the_own_network_only(
    exchange: ScriptedExchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    exchange.script(BALANCE, ok({"list": []}))

    assert BybitTransport(access_to(exchange.url)).read(Read.WALLET_BALANCE).result
    abroad = BybitTransport(access_to("https://api.bybit.com"))
    assert abroad._session.client.trust_env


def test_twenty_threads_share_one_transport(
    exchange: ScriptedExchange, transport: BybitTransport, caplog: pytest.LogCaptureFixture
) -> None:
    exchange.compute("/v5/order/realtime", lambda seen: ok({"echo": seen.query["orderLinkId"]}))

    def ask(number: int) -> object:
        return transport.read(Read.OPEN_ORDERS, orderLinkId=f"at-{number}").result["echo"]

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(ask, range(200)))

    assert answers == [f"at-{number}" for number in range(200)]
    assert "pool is full" not in caplog.text


@pytest.mark.parametrize("endpoint", [*Read, *Write])
def test_every_endpoint_is_a_method_of_pybit(endpoint: str) -> None:
    assert callable(getattr(HTTP, endpoint))


def test_no_read_is_a_write() -> None:
    assert {str(read) for read in Read}.isdisjoint(str(write) for write in Write)
    assert all(str(read).startswith("get_") for read in Read)


def test_an_answer_without_a_time_has_none(
    exchange: ScriptedExchange, transport: BybitTransport
) -> None:
    exchange.script(BALANCE, Reply(b'{"retCode": 0, "retMsg": "OK", "result": {}}'))

    assert transport.read(Read.WALLET_BALANCE).answered_at is None


def test_the_receive_window_is_the_owners(exchange: ScriptedExchange) -> None:
    exchange.script(BALANCE, ok({}))
    access = access_to(
        exchange.url, receive_window=timedelta(seconds=20), api_key=SecretStr("other")
    )

    BybitTransport(access).read(Read.WALLET_BALANCE)

    assert exchange.seen[0].headers["X-BAPI-RECV-WINDOW"] == "20000"
