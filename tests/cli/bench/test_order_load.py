"""Orders as fast as a simulated exchange takes them, and the bars it replays."""

import csv
import hashlib
import hmac
import json
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import SecretStr

from cli.bench.minute_bars import write_minute_bars
from cli.bench.order_load import Load, OrderLoadError, send_load, signed_order
from tests.fixtures.simulator import Venue, open_venue

__all__ = ["open_venue"]

NOW_MS = 1_767_225_600_000


@pytest.fixture
def venue(open_venue: Callable[..., Venue]) -> Venue:
    return open_venue("--speed", "step", "--symbols", "BTCUSDT", "--rate-limits", "off")


def load_on(venue: Venue, **changes: object) -> Load:
    fields: dict[str, object] = {
        "rest_url": venue.rest,
        "api_key": SecretStr(venue.api_key),
        "api_secret": SecretStr(venue.api_secret),
        "symbol": "BTCUSDT",
        "quantity": Decimal("0.001"),
        "orders": 10,
        "connections": 3,
    }
    return Load(**(fields | changes))  # type: ignore[arg-type]


def test_every_order_is_taken_once_and_timed(venue: Venue) -> None:
    timings = send_load(load_on(venue))

    placed = venue.records()["orders"]
    assert sorted(order["orderLinkId"] for order in placed) == sorted(
        f"bench-{number}" for number in range(10)
    )
    assert len(timings.each_s) == 10
    assert 0 < min(timings.each_s) <= max(timings.each_s) <= timings.total_s


def test_a_connection_buys_and_sells_in_turn_so_that_no_position_grows(venue: Venue) -> None:
    send_load(load_on(venue, connections=1))

    placed = {order["orderLinkId"]: order["side"] for order in venue.records()["orders"]}
    assert [placed[f"bench-{number}"] for number in range(10)] == ["Buy", "Sell"] * 5


def test_a_refused_order_ends_the_measurement_with_the_exchanges_words(venue: Venue) -> None:
    with pytest.raises(OrderLoadError, match="did not take a bench order"):
        send_load(load_on(venue, quantity=Decimal("0.0000001")))


def test_an_order_is_signed_over_time_key_window_and_body() -> None:
    load = Load(
        rest_url="http://127.0.0.1:9000",
        api_key=SecretStr("key"),
        api_secret=SecretStr("secret"),
        symbol="BTCUSDT",
        quantity=Decimal("0.001"),
        orders=1,
        connections=1,
    )

    head, body = signed_order(load, 7, is_buy=False, now_ms=NOW_MS).split(b"\r\n\r\n")

    expected = hmac.new(b"secret", f"{NOW_MS}key5000".encode() + body, hashlib.sha256).hexdigest()
    assert f"X-BAPI-SIGN: {expected}".encode() in head
    assert json.loads(body)["side"] == "Sell"
    assert json.loads(body)["orderLinkId"] == "bench-7"


def test_bars_to_replay_are_whole_minutes_and_the_same_every_time(tmp_path: Path) -> None:
    path = write_minute_bars(tmp_path, 100)
    first = path.read_bytes()
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    assert len(rows) == 100
    assert {int(b["ts_ms"]) - int(a["ts_ms"]) for a, b in pairwise(rows)} == {60_000}
    assert all(float(row["low"]) < float(row["open"]) < float(row["high"]) for row in rows)
    assert write_minute_bars(tmp_path, 100).read_bytes() == first
