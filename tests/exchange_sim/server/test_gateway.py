"""Routing, checks in order, limits and headers of REST requests."""

import json
from dataclasses import replace

import pytest

from exchange_sim.market.errors import MarketDataError
from exchange_sim.server.limits import Limiter
from exchange_sim.server.parameters import Parameters
from exchange_sim.server.routes import ROUTES, Route

CREATE = "/v5/order/create"


def headers_of(reply) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in reply.headers}


def test_an_answer_carries_envelope_and_headers(desk) -> None:
    reply = desk.send("GET", "/v5/account/info")
    body, headers = json.loads(reply.body), headers_of(reply)

    assert reply.status == 200
    assert list(body) == ["retCode", "retMsg", "result", "retExtInfo", "time"]
    assert body["time"] == desk.exchange.now_ms
    assert headers["X-Bapi-Limit"] == "50"
    assert headers["X-Bapi-Limit-Status"] == "49"
    assert headers["Ret_code"] == "0"
    assert headers["Timenow"] == str(desk.time.now_ms)
    assert headers["content-type"] == "application/json; charset=utf-8"


def test_an_unknown_path_is_a_plain_404(desk) -> None:
    assert desk.send("GET", "/v5/unknown").status == 404


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/v5/position/list"), ("POST", "/v5/market/time")]
)
def test_a_known_path_with_the_wrong_method_is_no_route(desk, method: str, path: str) -> None:
    assert desk.post(path)["retCode"] == 10017


def test_public_endpoints_need_no_key(desk) -> None:
    request = replace(desk.request("GET", "/v5/market/time"), headers={})

    assert json.loads(desk.gateway.answer(request).body)["retCode"] == 0


@pytest.mark.parametrize("path", [path for path, route in ROUTES.items() if route.limit])
def test_every_private_endpoint_refuses_the_unsigned(desk, path: str) -> None:
    request = replace(desk.request(ROUTES[path].method, path), headers={})

    assert json.loads(desk.gateway.answer(request).body)["retCode"] == 10001


def test_a_bad_signature_comes_before_a_bad_parameter(desk) -> None:
    request = replace(desk.request("POST", CREATE, body="{"), body=b"{ ")

    assert json.loads(desk.gateway.answer(request).body)["retCode"] == 10004


def test_the_eleventh_order_of_a_second_is_refused_until_the_reset(desk) -> None:
    codes = [desk.rest_order()["retCode"] for _ in range(11)]
    reply = desk.send("POST", CREATE, body="{}")
    headers = headers_of(reply)

    assert codes == [0] * 10 + [10006]
    assert int(headers["X-Bapi-Limit-Reset-Timestamp"]) > desk.time.now_ms
    assert headers["X-Bapi-Limit-Status"] == "0"

    desk.time.now_ms = int(headers["X-Bapi-Limit-Reset-Timestamp"])
    assert desk.rest_order()["retCode"] == 0


def test_limits_are_per_endpoint(desk) -> None:
    for _ in range(10):
        desk.rest_order()

    assert desk.post("/v5/order/cancel-all", category="linear", symbol="BTCUSDT")["retCode"] == 0


def test_too_many_requests_of_one_address_are_a_403(desk) -> None:
    statuses = {desk.send("GET", "/v5/market/time").status for _ in range(600)}

    assert statuses == {200}
    assert desk.send("GET", "/v5/market/time").status == 403
    desk.peer = "127.0.0.9"
    assert desk.send("GET", "/v5/market/time").status == 200


def test_without_limits_everything_is_served(desk) -> None:
    desk.gateway.limiter = Limiter(enforced=False)

    assert {desk.rest_order()["retCode"] for _ in range(50)} == {0}


def test_a_reading_key_cannot_trade(desk, reader) -> None:
    desk.key = reader

    assert desk.rest_order()["retCode"] == 10005
    assert desk.get("/v5/account/wallet-balance", accountType="UNIFIED")["retCode"] == 0


def test_what_the_market_refuses_is_a_parameter_error(desk) -> None:
    def endpoint(call):
        message = "no such candle"
        raise MarketDataError(message)

    visit = desk.gateway.call(Route("GET", "/x", endpoint, 1), desk.key, Parameters({}))

    assert (visit.answer.code, visit.answer.message) == (10001, "params error: no such candle")


def test_a_question_the_market_cannot_answer_is_a_parameter_error(desk) -> None:
    long_ago = {"category": "linear", "symbol": "BTCUSDT", "interval": "7"}

    assert desk.get("/v5/market/kline", **long_ago)["retMsg"] == "Invalid period!"
