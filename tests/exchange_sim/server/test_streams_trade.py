"""The trade socket."""

import pytest

from exchange_sim.server.streams.session import receive
from exchange_sim.server.streams.trade import TradeChannel

BTC = {"category": "linear", "symbol": "BTCUSDT"}


@pytest.fixture
def channel(desk, login) -> TradeChannel:
    return TradeChannel(desk.gateway, login)


@pytest.fixture
def trader(desk, channel, socket):
    """A socket that is logged in."""
    assert login_with(desk, channel, socket)["retCode"] == 0
    return socket


def login_with(desk, channel, socket, secret: str | None = None) -> dict:
    expires = str(desk.time.now_ms + 5_000)
    signature = secret or desk.key.sign(f"GET/realtime{expires}".encode())
    return ask(channel, socket, {"op": "auth", "args": [desk.key.key, expires, signature]})


def ask(channel, socket, message: dict) -> dict:
    channel.answer(socket, message)
    (frame,) = socket.outbox.take()
    return frame


def order(desk, operation: str, terms: dict, **more: object) -> dict:
    header = {"X-BAPI-TIMESTAMP": desk.time.now_ms, "X-BAPI-RECV-WINDOW": "5000"}
    request = {"op": operation, "header": header, "args": [BTC | terms]}
    return request | more


def limit_buy(desk) -> dict:
    price = str(int(desk.market.tick_at("BTCUSDT", desk.exchange.now_ms).last / 2))
    return {"side": "Buy", "orderType": "Limit", "qty": "0.01", "price": price}


def test_an_order_is_acknowledged_with_ids_and_limit_headers(desk, channel, trader) -> None:
    terms = limit_buy(desk) | {"orderLinkId": "socket"}

    reply = ask(channel, trader, order(desk, "order.create", terms, reqId="r-1"))

    assert (reply["reqId"], reply["retCode"], reply["op"]) == ("r-1", 0, "order.create")
    assert reply["data"]["orderLinkId"] == "socket"
    assert reply["connId"] == "sim-00000001"
    assert reply["retExtInfo"] == {}
    assert set(reply["header"]) == {
        "X-Bapi-Limit",
        "X-Bapi-Limit-Status",
        "X-Bapi-Limit-Reset-Timestamp",
        "Traceid",
        "Timenow",
    }


def test_orders_are_amended_cancelled_and_batched(desk, channel, trader) -> None:
    named = {"orderLinkId": "one"}
    ask(channel, trader, order(desk, "order.create", limit_buy(desk) | named))

    amended = ask(channel, trader, order(desk, "order.amend", named | {"qty": "0.02"}))
    cancelled = ask(channel, trader, order(desk, "order.cancel", named))
    item = {"symbol": "BTCUSDT"} | limit_buy(desk)
    batch = ask(channel, trader, order(desk, "order.create-batch", {"request": [item, {}]}))

    assert (amended["retCode"], cancelled["retCode"], batch["retCode"]) == (0, 0, 0)
    assert [code["code"] for code in batch["retExtInfo"]["list"]] == [0, 10001]
    assert batch["data"]["list"][1]["orderId"] == batch["data"]["list"][1]["createAt"] == ""


def test_a_refused_order_carries_the_code_of_rest(desk, channel, trader) -> None:
    reply = ask(channel, trader, order(desk, "order.cancel", {"orderId": "nothing"}))

    assert (reply["retCode"], reply["data"]) == (110001, {})


def test_orders_over_socket_and_rest_share_one_limit(desk, channel, trader) -> None:
    for _ in range(10):
        desk.rest_order()

    reply = ask(channel, trader, order(desk, "order.create", limit_buy(desk)))

    assert reply["retCode"] == 10006
    assert int(reply["header"]["X-Bapi-Limit-Reset-Timestamp"]) > desk.time.now_ms


def test_what_is_wrong_is_refused(desk, channel, trader) -> None:
    good = order(desk, "order.create", limit_buy(desk), reqId="once")
    late = {"X-BAPI-TIMESTAMP": desk.time.now_ms - 9_000}
    ask(channel, trader, good)
    cases = [
        (good, 20006),
        (good | {"reqId": "x" * 37}, 10001),
        (good | {"reqId": "a", "header": late}, 10002),
        (good | {"reqId": "b", "header": None}, 10001),
        (good | {"reqId": "c", "args": []}, 10001),
        (good | {"reqId": "d", "args": ["x"]}, 10001),
        (good | {"reqId": "e", "op": "order.dance"}, 10404),
    ]

    assert [ask(channel, trader, message)["retCode"] for message, _ in cases] == [
        code for _, code in cases
    ]


def test_orders_need_a_login(desk, channel, socket) -> None:
    assert ask(channel, socket, order(desk, "order.create", limit_buy(desk)))["retCode"] == 10005
    assert login_with(desk, channel, socket, secret="forged")["retCode"] == 10004
    assert login_with(desk, channel, socket)["retCode"] == 0
    assert login_with(desk, channel, socket)["retCode"] == 20001


def test_pings_and_garbage_are_answered_in_the_trade_form(desk, channel, socket) -> None:
    pong = ask(channel, socket, {"op": "ping"})
    receive(channel, socket, "garbage")

    assert pong == {
        "retCode": 0,
        "retMsg": "OK",
        "op": "pong",
        "data": [str(desk.time.now_ms)],
        "connId": "sim-00000001",
    }
    assert socket.outbox.take()[0]["retCode"] == 10001


def test_a_new_socket_may_use_old_request_ids(desk, channel, trader) -> None:
    message = order(desk, "order.create", limit_buy(desk), reqId="again")
    ask(channel, trader, message)

    channel.leave(trader)

    assert ask(channel, trader, message)["retCode"] == 0
