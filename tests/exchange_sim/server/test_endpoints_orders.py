"""Order endpoints: what is listed, for how long, in which pages; batches."""

import pytest

from exchange_sim.server.windows import DAY_MS

BTC = {"category": "linear", "symbol": "BTCUSDT"}
REALTIME, HISTORY = "/v5/order/realtime", "/v5/order/history"


def ids(reply) -> list[str]:
    assert reply["retCode"] == 0, reply
    return [row["orderLinkId"] for row in reply["result"]["list"]]


def cancel(desk, link_id: str) -> None:
    assert desk.post("/v5/order/cancel", **BTC, orderLinkId=link_id)["retCode"] == 0


def test_an_acknowledged_order_is_visible_at_once_by_either_id(desk) -> None:
    placed = desk.rest_order(orderLinkId="mine")["result"]

    assert placed["orderLinkId"] == "mine"
    assert ids(desk.get(REALTIME, category="linear", orderId=placed["orderId"])) == ["mine"]
    assert ids(desk.get(REALTIME, category="linear", orderLinkId="mine")) == ["mine"]
    assert ids(desk.get(REALTIME, **BTC, orderId="nothing")) == []
    assert ids(desk.get(REALTIME, category="linear", symbol="ETHUSDT", orderLinkId="mine")) == []


def test_open_and_closed_orders_are_listed_apart(desk) -> None:
    desk.rest_order(orderLinkId="open")
    desk.rest_order(orderLinkId="closed")
    cancel(desk, "closed")

    assert ids(desk.get(REALTIME, **BTC)) == ["open"]
    assert ids(desk.get(REALTIME, **BTC, openOnly=1)) == ["closed"]
    assert ids(desk.get(REALTIME, category="linear", orderLinkId="closed")) == ["closed"]
    assert ids(desk.get(HISTORY, **BTC)) == ["closed"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"settleCoin": "USDT"}, ["btc"]),
        ({"settleCoin": "USDC"}, []),
        ({"baseCoin": "BTC"}, ["btc"]),
        ({"baseCoin": "ETH"}, []),
        ({"symbol": "ETHUSDT"}, []),
        ({"symbol": "BTCUSDT", "orderFilter": "Order"}, ["btc"]),
        ({"symbol": "BTCUSDT", "orderFilter": "StopOrder"}, []),
    ],
)
def test_open_orders_are_filtered(desk, filters: dict, expected: list[str]) -> None:
    desk.rest_order(orderLinkId="btc")

    assert ids(desk.get(REALTIME, category="linear", **filters)) == expected


def test_open_orders_need_a_scope(desk) -> None:
    assert desk.get(REALTIME, category="linear")["retCode"] == 10001


def test_pages_hold_what_was_asked_for(desk) -> None:
    for number in range(5):
        desk.rest_order(orderLinkId=f"n-{number}")

    first = desk.get(REALTIME, **BTC, limit=2)
    second = desk.get(REALTIME, **BTC, limit=2, cursor=first["result"]["nextPageCursor"])
    third = desk.get(REALTIME, **BTC, limit=2, cursor=second["result"]["nextPageCursor"])

    assert sorted(ids(first) + ids(second) + ids(third)) == [f"n-{number}" for number in range(5)]
    assert third["result"]["nextPageCursor"] == ""


def test_history_forgets_unfilled_orders_after_a_day_and_keeps_filled_ones(desk) -> None:
    desk.rest_order(orderLinkId="unfilled")
    cancel(desk, "unfilled")
    desk.buy(orderLinkId="filled")
    start = desk.exchange.now_ms

    desk.exchange.advance(start + 2 * DAY_MS)

    assert ids(desk.get(HISTORY, **BTC)) == ["filled"]
    assert ids(desk.get(HISTORY, **BTC, orderLinkId="unfilled")) == []
    assert ids(desk.get(HISTORY, **BTC, endTime=start - 1)) == []
    assert ids(desk.get(HISTORY, **BTC, orderStatus="Cancelled")) == []


def test_amend_answers_with_both_ids_and_changes_the_order(desk) -> None:
    placed = desk.rest_order(orderLinkId="amended")["result"]

    reply = desk.post("/v5/order/amend", **BTC, orderLinkId="amended", qty="0.02")

    assert reply["result"] == placed
    assert desk.get(REALTIME, **BTC)["result"]["list"][0]["qty"] == "0.02"


def test_cancel_all_tells_what_it_cancelled(desk) -> None:
    placed = [desk.rest_order()["result"] for _ in range(2)]

    result = desk.post("/v5/order/cancel-all", category="linear", settleCoin="USDT")["result"]

    assert result["success"] == "1"
    assert sorted(row["orderId"] for row in result["list"]) == sorted(
        row["orderId"] for row in placed
    )


def item(price: str, **more: str) -> dict:
    terms = {"symbol": "BTCUSDT", "side": "Buy", "orderType": "Limit", "qty": "0.01"}
    return terms | {"price": price} | more


def test_every_order_of_a_batch_stands_for_itself(desk) -> None:
    price = str(int(desk.market.tick_at("BTCUSDT", desk.exchange.now_ms).last / 2))
    items = [item(price, orderLinkId="a"), item(price, orderLinkId="a"), item(price, side="?")]

    reply = desk.post("/v5/order/create-batch", category="linear", request=items)
    rows, codes = reply["result"]["list"], reply["retExtInfo"]["list"]

    assert reply["retCode"] == 0
    assert [code["code"] for code in codes] == [0, 110072, 10001]
    assert [bool(row["orderId"]) for row in rows] == [True, False, False]
    assert [bool(row["createAt"]) for row in rows] == [True, False, False]


def test_a_batch_costs_one_unit_per_order(desk) -> None:
    price = str(int(desk.market.tick_at("BTCUSDT", desk.exchange.now_ms).last / 2))
    desk.post("/v5/order/create-batch", category="linear", request=[item(price)] * 5)

    reply = desk.post("/v5/order/create-batch", category="linear", request=[item(price)] * 8)

    codes = [code["code"] for code in reply["retExtInfo"]["list"]]
    assert codes == [0] * 5 + [10006] * 3
    assert desk.rest_order()["retCode"] == 0  # single orders have a window of their own


def test_batches_amend_and_cancel(desk) -> None:
    for name in ("x", "y"):
        desk.rest_order(orderLinkId=name)
    orders = [{"symbol": "BTCUSDT", "orderLinkId": name, "qty": "0.03"} for name in ("x", "z")]

    amended = desk.post("/v5/order/amend-batch", category="linear", request=orders)
    cancelled = desk.post("/v5/order/cancel-batch", category="linear", request=orders[:1])

    assert [code["code"] for code in amended["retExtInfo"]["list"]] == [0, 110001]
    assert "createAt" not in cancelled["result"]["list"][0]
    assert ids(desk.get(REALTIME, **BTC)) == ["y"]


@pytest.mark.parametrize("request_", [None, [], [1], "x", [{}] * 21])
def test_a_batch_of_the_wrong_form_is_refused(desk, request_: object) -> None:
    reply = desk.post("/v5/order/create-batch", category="linear", request=request_)

    assert reply["retCode"] == 10001
