"""Requests that were processed and whose answers are lost or false."""

import httpx
import pytest

from tests.exchange_sim.faults.running_venue import until

CUT = (httpx.ReadError, httpx.RemoteProtocolError)
CREATE = {"path": "order/create"}


def of_link(venue, link_id: str) -> list[dict]:
    return [order for order in venue.orders() if order["orderLinkId"] == link_id]


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("http.reset_after", {}),
        ("http.close_after", {}),
        ("http.hang_after", {"s": "0.05"}),
        ("http.truncated_after", {"bytes": 20}),
        ("http.truncated_after", {"bytes": 100_000}),
        ("http.truncated_after", {"bytes": 20, "mode": "chunked"}),
        ("http.truncated_after", {"bytes": 0, "mode": "chunked"}),
    ],
)
def test_an_answer_is_lost_and_the_order_is_there(venue, client, name, parameters) -> None:
    link_id = f"lost-{len(venue.log())}"
    venue.switch_on(name, CREATE, count=1, **parameters)

    with pytest.raises(CUT):
        venue.limit_order(client, orderLinkId=link_id)

    assert len(of_link(venue, link_id)) == 1
    assert venue.log()[-1]["event"]["link_id"] == link_id


@pytest.mark.parametrize(
    ("name", "parameters", "status", "body"),
    [
        ("http.status_after", {"code": 502}, 502, b"502 Bad Gateway"),
        ("http.status_after", {"code": 429, "body": "empty"}, 429, b""),
        ("http.ret_after", {}, 200, b'{"retCode":10000,'),
        ("http.ret_after", {"code": 10016, "msg": "Oh"}, 200, b'{"retCode":10016,"retMsg":"Oh"'),
        ("http.empty200_after", {}, 200, b""),
        ("http.html200_after", {}, 200, b"<html>"),
        ("http.null_ret_after", {}, 200, b'{"retCode":null,"retMsg":null,"result":null'),
    ],
)
def test_an_answer_is_false_and_the_order_is_there(
    venue, client, name, parameters, status, body
) -> None:
    link_id = f"false-{len(venue.log())}"
    venue.switch_on(name, CREATE, **parameters)

    reply = venue.limit_order(client, orderLinkId=link_id)

    assert (reply.status_code, body in reply.content) == (status, True), reply.content
    assert len(of_link(venue, link_id)) == 1


def test_a_client_that_stops_waiting_ends_the_silence(venue, client) -> None:
    venue.switch_on("http.hang_after", CREATE, s=3_600)
    client.http.timeout = httpx.Timeout(0.1)

    with pytest.raises(httpx.ReadTimeout):
        venue.limit_order(client, orderLinkId="gave-up")

    assert len(of_link(venue, "gave-up")) == 1


def test_a_request_is_executed_after_its_client_gave_up(venue, client) -> None:
    venue.switch_on("http.delayed_execution", CREATE, ms=150)

    with pytest.raises(httpx.ReadError):
        venue.limit_order(client, orderLinkId="late")

    assert of_link(venue, "late") == []
    until(lambda: of_link(venue, "late"))
    assert '"retCode":0' in venue.log()[-1]["detail"]


def test_a_late_request_that_has_expired_is_not_executed(venue, client) -> None:
    venue.switch_on("http.delayed_execution", CREATE, ms=80)
    client.window_ms = 20

    with pytest.raises(httpx.ReadError):
        venue.limit_order(client, orderLinkId="expired")

    until(lambda: venue.log()[-1]["detail"])
    assert '"retCode":10002' in venue.log()[-1]["detail"]
    assert of_link(venue, "expired") == []


def test_a_request_delivered_twice_is_a_duplicate_with_a_link_id(venue, client) -> None:
    venue.switch_on("http.duplicate_delivery", CREATE)

    reply = venue.limit_order(client, orderLinkId="twice")

    assert reply.json()["retCode"] == 110072
    assert len(of_link(venue, "twice")) == 1


def test_a_request_delivered_twice_is_two_orders_without_one(venue, client) -> None:
    before = len(venue.orders())
    venue.switch_on("http.duplicate_delivery", CREATE)

    assert venue.limit_order(client).json()["retCode"] == 0

    assert len(venue.orders()) == before + 2
