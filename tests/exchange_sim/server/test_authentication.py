"""Signatures, keys and timestamps of REST and WebSocket."""

import hashlib
import hmac

import pytest

from exchange_sim.engine.errors import VenueError
from exchange_sim.server.authentication import (
    authenticate,
    authenticate_socket,
    check_timestamp,
)
from exchange_sim.server.keys import ApiKey, Keyring
from exchange_sim.server.messages import HttpRequest

NOW = 1_658_384_314_791
KEY = ApiKey("XXXXXXXXXX", "very-secret", "1")
KEYRING = Keyring([KEY])


def signed(method: str = "GET", *, query: str = "", body: str = "", **changed: str) -> HttpRequest:
    fields = {"key": KEY.key, "timestamp": str(NOW), "window": "5000"} | changed
    payload = fields["timestamp"] + fields["key"] + fields["window"] + (query or body)
    fields.setdefault("sign", KEY.sign(payload.encode()))
    names = {
        "key": b"x-bapi-api-key",
        "timestamp": b"x-bapi-timestamp",
        "window": b"x-bapi-recv-window",
        "sign": b"x-bapi-sign",
    }
    headers = {names[name]: value.encode() for name, value in fields.items() if value}
    return HttpRequest(method, "/v5/x", query.encode(), headers, body.encode(), "peer")


def test_the_documented_sign_string_is_accepted() -> None:
    query = "category=option&symbol=BTC-29JUL22-25000-C"
    text = f"1658384314791XXXXXXXXXX5000{query}"
    expected = hmac.new(b"very-secret", text.encode(), hashlib.sha256).hexdigest()

    assert KEY.sign(text.encode()) == expected
    assert authenticate(signed(query=query), KEYRING, [NOW]) == KEY


@pytest.mark.parametrize(
    "request_",
    [
        signed(query="cursor=a%3Ab&limit=5"),
        signed(query="b=2&a=1"),
        signed("POST", body='{"qty": "1",  "x": 1}'),
        signed("POST"),
        signed(window=""),
    ],
    ids=["encoded cursor", "unsorted query", "spaced body", "empty body", "no window"],
)
def test_signatures_are_verified_over_the_raw_bytes(request_: HttpRequest) -> None:
    assert authenticate(request_, KEYRING, [NOW]) == KEY


@pytest.mark.parametrize(
    ("request_", "code", "text"),
    [
        (signed(key=""), 10001, "openapi sign params error"),
        (signed(timestamp=""), 10001, "apiTimestamp[]"),
        (signed(sign=""), 10001, "apiSignature[]"),
        (signed(key="unknown"), 10003, "API key is invalid."),
        (signed(timestamp="soon"), 10001, "not a whole number"),
        (signed(window="wide"), 10001, "not a whole number"),
        (signed(timestamp=str(NOW - 5_001)), 10002, f"req_timestamp[{NOW - 5001}]"),
        (signed(sign="0" * 64), 10004, f"origin_string[{NOW}XXXXXXXXXX5000]"),
        (signed(sign="ä"), 10004, "error sign!"),
    ],
)
def test_what_is_wrong_is_refused_in_the_documented_order(
    request_: HttpRequest, code: int, text: str
) -> None:
    with pytest.raises(VenueError) as refusal:
        authenticate(request_, KEYRING, [NOW])

    assert refusal.value.code == code
    assert text in refusal.value.message


@pytest.mark.parametrize(
    ("sent", "window", "accepted"),
    [
        (NOW, "5000", True),
        (NOW - 5_000, "5000", True),
        (NOW - 5_001, "5000", False),
        (NOW - 20_000, "30000", True),
        (NOW + 999, "5000", True),
        (NOW + 1_000, "5000", False),
        (NOW + 1_000, "60000", False),
        (NOW - 5_000, "", True),
        (NOW - 5_001, "", False),
    ],
)
def test_a_timestamp_must_lie_in_the_receive_window(
    sent: int, window: str, accepted: bool
) -> None:
    if accepted:
        check_timestamp(str(sent), window, [NOW])
        return
    with pytest.raises(VenueError, match="10002"):
        check_timestamp(str(sent), window, [NOW])


def test_in_a_steered_market_a_timestamp_near_its_clock_is_accepted_too() -> None:
    market_ms = NOW - 10**9

    check_timestamp(str(market_ms), "5000", [NOW, market_ms])


def login(expires: object, *, name: str = KEY.key, secret: str = KEY.secret) -> list[object]:
    key = ApiKey(name, secret, "1")
    return [name, expires, key.sign(f"GET/realtime{expires}".encode())]


@pytest.mark.parametrize("expires", [NOW + 1_000, str(NOW + 10_000)], ids=["pybit", "ccxt"])
def test_a_socket_login_takes_expires_as_number_or_text(expires: object) -> None:
    assert authenticate_socket(login(expires), KEYRING, [NOW]) == KEY


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        ([], 10001, "Params Error"),
        (login("later"), 10001, "Params Error"),
        (login(NOW), 10002, "error:request expired"),
        (login(NOW + 1, name="nobody"), 10003, "API key is invalid."),
        (login(NOW + 1, secret="wrong"), 10004, "Params Error"),
    ],
)
def test_a_bad_socket_login_is_refused(arguments: list[object], code: int, text: str) -> None:
    with pytest.raises(VenueError) as refusal:
        authenticate_socket(arguments, KEYRING, [NOW])

    assert (refusal.value.code, refusal.value.message) == (code, text)


def test_the_secret_of_a_key_does_not_show() -> None:
    assert "very-secret" not in repr(KEY)
    assert KEYRING.accounts == ["1"]
