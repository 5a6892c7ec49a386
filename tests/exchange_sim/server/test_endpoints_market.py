"""Public endpoints: candles, books, instruments."""

import pytest

from exchange_sim.engine.price_limits import nearest_allowed
from exchange_sim.engine.vocabulary import Side

BTC = {"category": "linear", "symbol": "BTCUSDT"}


def test_server_time_is_the_market_clock_in_seconds_and_nanoseconds(desk) -> None:
    now = desk.exchange.now_ms

    assert desk.get("/v5/market/time")["result"] == {
        "timeSecond": str(now // 1000),
        "timeNano": str(now * 1_000_000),
    }


def test_candles_are_rows_of_text_newest_first(desk) -> None:
    result = desk.get("/v5/market/kline", **BTC, interval="15", limit=4)["result"]
    starts = [int(row[0]) for row in result["list"]]

    assert (result["category"], result["symbol"]) == ("linear", "BTCUSDT")
    assert starts == sorted(starts, reverse=True)
    assert {len(row) for row in result["list"]} == {7}


def test_a_start_alone_yields_the_oldest_candles_from_there(desk) -> None:
    start = desk.exchange.now_ms // 3_600_000 * 3_600_000 - 86_400_000

    rows = desk.get("/v5/market/kline", **BTC, interval="60", start=start, limit=2)["result"][
        "list"
    ]

    assert [int(row[0]) - start for row in rows] == [3_600_000, 0]


def test_the_kline_category_defaults_to_linear(desk) -> None:
    reply = desk.get("/v5/market/kline", symbol="BTCUSDT", interval="D", limit=1)

    assert reply["retCode"] == 0


def test_mark_candles_have_five_columns(desk) -> None:
    rows = desk.get("/v5/market/mark-price-kline", **BTC, interval="60", limit=2)["result"]["list"]

    assert {len(row) for row in rows} == {5}


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("/v5/market/kline", {"interval": "60"}),
        ("/v5/market/kline", {"symbol": "NOPE", "interval": "60"}),
        ("/v5/market/kline", {"symbol": "BTCUSDT"}),
        ("/v5/market/kline", {"symbol": "BTCUSDT", "interval": "60", "limit": "0"}),
        ("/v5/market/orderbook", {"category": "spot", "symbol": "BTCUSDT"}),
        ("/v5/market/recent-trade", {"category": "linear"}),
        ("/v5/market/funding/history", BTC | {"startTime": "1"}),
    ],
)
def test_bad_questions_are_refused_with_10001(desk, path: str, parameters: dict) -> None:
    reply = desk.get(path, **parameters)

    assert (reply["retCode"], reply["result"]) == (10001, {})


def test_the_book_is_cut_to_the_asked_depth(desk) -> None:
    book = desk.get("/v5/market/orderbook", **BTC, limit=3)["result"]

    assert (len(book["b"]), len(book["a"]), book["s"]) == (3, 3, "BTCUSDT")


def test_trades_and_funding_are_limited(desk) -> None:
    trades = desk.get("/v5/market/recent-trade", **BTC, limit=2)["result"]["list"]
    funding = desk.get("/v5/market/funding/history", **BTC, limit=2)["result"]["list"]

    assert (len(trades), len(funding)) == (2, 2)


def test_all_instruments_come_in_pages(desk) -> None:
    first = desk.get("/v5/market/instruments-info", category="linear", limit=1)["result"]
    second = desk.get(
        "/v5/market/instruments-info", category="linear", limit=1, cursor=first["nextPageCursor"]
    )["result"]

    assert [first["list"][0]["symbol"], second["list"][0]["symbol"]] == ["BTCUSDT", "ETHUSDT"]
    assert second["nextPageCursor"] == ""


@pytest.mark.parametrize(
    ("parameters", "symbols"),
    [
        ({}, ["BTCUSDT", "ETHUSDT"]),
        ({"symbol": "ETHUSDT"}, ["ETHUSDT"]),
        ({"baseCoin": "BTC"}, ["BTCUSDT"]),
        ({"status": "Closed"}, []),
        ({"category": "inverse"}, []),
    ],
)
def test_instruments_are_filtered(desk, parameters: dict, symbols: list[str]) -> None:
    wanted = {"category": "linear"} | parameters

    rows = desk.get("/v5/market/instruments-info", **wanted)["result"]["list"]

    assert [row["symbol"] for row in rows] == symbols


def test_tickers_and_risk_ladders_of_all_symbols(desk) -> None:
    tickers = desk.get("/v5/market/tickers", category="linear")["result"]["list"]
    ladder = desk.get("/v5/market/risk-limit", category="linear")["result"]["list"]

    assert [row["symbol"] for row in tickers] == ["BTCUSDT", "ETHUSDT"]
    assert {row["symbol"] for row in ladder} == {"BTCUSDT", "ETHUSDT"}
    assert [row["isLowestRisk"] for row in ladder if row["symbol"] == "BTCUSDT"][:2] == [1, 0]


def test_the_price_limit_is_the_one_orders_are_held_to(desk) -> None:
    limits = desk.get("/v5/market/price-limit", **BTC)["result"]
    instrument = desk.market.instrument("BTCUSDT")
    tick = desk.market.tick_at("BTCUSDT", desk.exchange.now_ms)

    assert limits["buyLmt"] == str(
        nearest_allowed(instrument, tick, Side.BUY, instrument.max_price)
    )
    assert float(limits["sellLmt"]) < float(tick.last) < float(limits["buyLmt"])
