"""Open interest and account ratio over the wire: rows of text, newest first, in pages."""

from decimal import Decimal

import pytest

BTC = {"category": "linear", "symbol": "BTCUSDT"}
INTEREST = "/v5/market/open-interest"
RATIO = "/v5/market/account-ratio"
HOUR_MS = 3_600_000


def test_open_interest_is_a_list_of_recorded_hours(desk) -> None:
    result = desk.get(INTEREST, **BTC, intervalTime="1h", limit=25)["result"]
    newest = desk.exchange.now_ms // HOUR_MS * HOUR_MS

    assert (result["category"], result["symbol"]) == ("linear", "BTCUSDT")
    assert [int(row["timestamp"]) for row in result["list"]] == [
        newest - age * HOUR_MS for age in range(25)
    ]
    assert all(Decimal(row["openInterest"]) > 0 for row in result["list"])
    assert {tuple(row) for row in result["list"]} == {("openInterest", "timestamp")}


def test_accounts_are_long_or_short(desk) -> None:
    (row,) = desk.get(RATIO, **BTC, period="1h", limit=1)["result"]["list"]

    assert (row["symbol"], tuple(row)) == (
        "BTCUSDT",
        ("symbol", "buyRatio", "sellRatio", "timestamp"),
    )
    assert Decimal(row["buyRatio"]) + Decimal(row["sellRatio"]) == 1


@pytest.mark.parametrize(
    ("path", "period", "most"), [(INTEREST, "intervalTime", 200), (RATIO, "period", 500)]
)
def test_fifty_moments_are_told_unless_asked_otherwise(
    desk, path: str, period: str, most: int
) -> None:
    asked = BTC | {period: "5min"}

    assert len(desk.get(path, **asked)["result"]["list"]) == 50
    assert len(desk.get(path, **asked, limit=9999)["result"]["list"]) == most


def test_pages_follow_each_other_to_the_end(desk) -> None:
    end = desk.exchange.now_ms
    asked = BTC | {"intervalTime": "4h", "startTime": end - 24 * HOUR_MS, "endTime": end}
    whole = desk.get(INTEREST, **asked)["result"]["list"]

    first = desk.get(INTEREST, **asked, limit=4)["result"]
    second = desk.get(INTEREST, **asked, limit=4, cursor=first["nextPageCursor"])["result"]

    assert first["list"] + second["list"] == whole
    assert second["nextPageCursor"] == ""


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        (INTEREST, BTC),
        (INTEREST, BTC | {"intervalTime": "60"}),
        (INTEREST, {"category": "linear", "intervalTime": "1h"}),
        (INTEREST, BTC | {"symbol": "NOPE", "intervalTime": "1h"}),
        (RATIO, BTC | {"intervalTime": "1h"}),
        (RATIO, BTC | {"category": "spot", "period": "1h"}),
        (RATIO, BTC | {"period": "1h", "limit": "0"}),
    ],
)
def test_bad_questions_about_the_crowd_are_refused_with_10001(
    desk, path: str, parameters: dict
) -> None:
    assert desk.get(path, **parameters)["retCode"] == 10001
