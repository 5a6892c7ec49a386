"""Position and execution endpoints."""

from decimal import Decimal

import pytest

BTC = {"category": "linear", "symbol": "BTCUSDT"}
POSITIONS, FILLS = "/v5/position/list", "/v5/execution/list"


def rows(reply) -> list[dict]:
    assert reply["retCode"] == 0, reply
    return reply["result"]["list"]


def test_a_symbol_has_a_row_also_when_flat_and_a_coin_only_open_ones(desk) -> None:
    flat = rows(desk.get(POSITIONS, **BTC))
    assert [(row["side"], row["size"]) for row in flat] == [("", "0")]
    assert rows(desk.get(POSITIONS, category="linear", settleCoin="USDT")) == []

    desk.buy("0.1")

    assert len(rows(desk.get(POSITIONS, category="linear", settleCoin="USDT"))) == 1
    assert rows(desk.get(POSITIONS, category="linear", settleCoin="USDC")) == []
    assert rows(desk.get(POSITIONS, category="inverse", settleCoin="BTC")) == []


@pytest.mark.parametrize("parameters", [{}, {"symbol": "NOPE"}])
def test_a_position_question_needs_a_known_scope(desk, parameters: dict) -> None:
    assert desk.get(POSITIONS, category="linear", **parameters)["retCode"] == 10001


def test_hedge_mode_has_two_rows(desk) -> None:
    assert desk.post("/v5/position/switch-mode", **BTC, mode=3)["retCode"] == 0

    assert [row["positionIdx"] for row in rows(desk.get(POSITIONS, **BTC))] == [1, 2]
    assert desk.post("/v5/position/switch-mode", **BTC, mode=3)["retCode"] == 110025


def test_leverage_and_stops_are_set(desk) -> None:
    desk.buy("0.1")
    price = int(desk.market.tick_at("BTCUSDT", desk.exchange.now_ms).last)
    stop = {"tpslMode": "Full", "positionIdx": 0, "stopLoss": str(price * 9 // 10)}

    leverage = desk.post("/v5/position/set-leverage", **BTC, buyLeverage="5", sellLeverage="5")
    stopped = desk.post("/v5/position/trading-stop", **BTC, **stop)

    assert (leverage["retCode"], leverage["result"], stopped["retCode"]) == (0, {}, 0)
    row = rows(desk.get(POSITIONS, **BTC))[0]
    assert (row["leverage"], row["stopLoss"]) == ("5", str(price * 9 // 10))
    repeated = desk.post("/v5/position/set-leverage", **BTC, buyLeverage="5", sellLeverage="5")
    assert repeated["retCode"] == 110043


def test_a_closing_order_has_its_result(desk) -> None:
    desk.buy("0.1")
    desk.exchange.advance(desk.exchange.now_ms + 3_600_000)
    closing = _sell(desk, "0.1")

    row = rows(desk.get("/v5/position/closed-pnl", **BTC))[0]
    gross = Decimal(row["cumExitValue"]) - Decimal(row["cumEntryValue"])

    assert row["orderId"] == closing["orderId"]
    assert Decimal(row["closedPnl"]) == gross - Decimal(row["openFee"]) - Decimal(row["closeFee"])
    assert rows(desk.get("/v5/position/closed-pnl", category="linear", symbol="ETHUSDT")) == []


def _sell(desk, quantity: str) -> dict:
    terms = {"side": "Sell", "orderType": "Market", "qty": quantity, "reduceOnly": True}
    return desk.post("/v5/order/create", **BTC, **terms)["result"]


def test_fills_are_found_by_order_link_kind_and_window(desk) -> None:
    placed = desk.buy("0.1", orderLinkId="found")
    now = desk.exchange.now_ms

    def found(**filters: object) -> int:
        return len(rows(desk.get(FILLS, category="linear", **filters)))

    everything = found()
    assert everything >= 1
    assert found(orderId=placed["orderId"]) == everything
    assert found(orderLinkId="found") == everything
    assert found(orderLinkId="other") == 0
    assert found(symbol="ETHUSDT") == found(execType="Funding") == found(settleCoin="USDC") == 0
    assert found(startTime=now + 1, endTime=now + 2) == 0


def test_funding_is_a_row_of_its_own_kind_among_the_fills(desk) -> None:
    desk.buy("0.1")
    desk.exchange.advance(desk.exchange.now_ms + 8 * 3_600_000)

    row = rows(desk.get(FILLS, **BTC, execType="Funding"))[0]

    assert (row["orderType"], row["stopOrderType"]) == ("UNKNOWN", "UNKNOWN")
    assert (row["orderLinkId"], row["orderQty"], row["closedSize"]) == ("", "0", "0")
    assert row["isMaker"] is False


def test_fills_come_in_pages(desk) -> None:
    for _ in range(3):
        desk.buy("0.01")
    seen, cursor = [], ""
    for _ in range(20):
        result = desk.get(FILLS, **BTC, limit=1, cursor=cursor)["result"]
        seen += [row["execId"] for row in result["list"]]
        cursor = result["nextPageCursor"]
        if not cursor:
            break

    assert sorted(seen) == sorted(row["execId"] for row in rows(desk.get(FILLS, **BTC)))
