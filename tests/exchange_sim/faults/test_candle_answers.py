"""Candles over REST that are missing, doubled, unsorted, late or revised."""

from decimal import Decimal

import pytest

MINUTE_MS = 60_000


@pytest.fixture
def candles(venue, client):
    """The newest eight one-minute candles, read 20 s into a minute."""
    venue.advance(10 * MINUTE_MS)
    venue.advance(20_000 + (-venue.ask("GET", "status")["now_ms"]) % MINUTE_MS)

    def read() -> list[list[str]]:
        query = {"category": "linear", "symbol": "BTCUSDT", "interval": "1", "limit": 8}
        return client.public("/v5/market/kline", **query).json()["result"]["list"]

    return read


def starts(found: list[list[str]]) -> list[int]:
    return [int(candle[0]) for candle in found]


@pytest.mark.parametrize(
    ("name", "parameters", "expected"),
    [
        ("kline.gap", {}, [0, 1, 2, 4, 5, 6, 7]),
        ("kline.gap", {"n": 3}, [0, 1, 5, 6, 7]),
        ("kline.dup", {}, [0, 1, 1, 2, 3, 4, 5, 6, 7]),
        ("kline.stale", {"s": 90}, [2, 3, 4, 5, 6, 7]),
        ("kline.late_confirm", {"ms": 30_000}, [1, 2, 3, 4, 5, 6, 7]),
        ("kline.late_confirm", {"ms": 10_000}, [0, 1, 2, 3, 4, 5, 6, 7]),
        ("kline.no_confirm", {}, [0, 1, 2, 3, 4, 5, 6, 7]),
    ],
)
def test_candles_are_not_where_they_belong(venue, candles, name, parameters, expected) -> None:
    true = candles()
    venue.switch_on(name, {"path": "kline"}, **parameters)

    assert candles() == [true[index] for index in expected]


def test_candles_come_in_no_order_but_all_of_them(venue, candles) -> None:
    true = candles()
    venue.switch_on("kline.unsorted", seed=3)

    shuffled = candles()

    assert starts(shuffled) != starts(true)
    assert sorted(shuffled) == sorted(true)


@pytest.mark.parametrize("pct", ["0.5", "-0.5"])
def test_the_newest_closed_candle_is_revised_once(venue, candles, pct: str) -> None:
    true = candles()
    venue.switch_on("kline.revise_last", pct=pct, count=1)

    revised, after = candles(), candles()

    assert after == true
    assert revised[0] == true[0]
    assert revised[2:] == true[2:]
    _, first, high, low, close, *_ = (Decimal(part) for part in revised[1])
    assert close / Decimal(true[1][4]) - 1 == pytest.approx(
        Decimal(pct) / 100, abs=Decimal("0.00001")
    )
    assert low <= min(first, close) <= max(first, close) <= high
