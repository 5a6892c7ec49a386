"""Restarts and disconnects of the whole platform, seen by REST and by an open socket."""

import json

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidMessage
from websockets.sync.client import connect

BTC = {"category": "linear", "symbol": "BTCUSDT"}
WAIT_S = 5


def opened(venue):
    """A public socket that has been answered."""
    url = venue.rest.replace("http", "ws") + "/v5/public/linear"
    socket = connect(url, proxy=None)
    socket.send(json.dumps({"op": "ping"}))
    socket.recv(timeout=WAIT_S)
    return socket


def test_a_restart_closes_sockets_and_forgets_finished_orders_only(venue, client) -> None:
    venue.limit_order(client, orderLinkId="gone")
    venue.limit_order(client, orderLinkId="open")
    client.post("/v5/order/cancel", **BTC, orderLinkId="gone")
    socket = opened(venue)

    venue.switch_on("plat.restart")

    with pytest.raises(ConnectionClosed) as ending:
        socket.recv(timeout=WAIT_S)
    assert ending.value.rcvd.code == 1012

    def links(path: str) -> list[str]:
        found = client.get(path, **BTC, orderLinkId="gone").json()["result"]["list"]
        return [row["orderLinkId"] for row in found]

    assert (links("/v5/order/realtime"), links("/v5/order/history")) == ([], ["gone"])
    still_open = client.get("/v5/order/realtime", **BTC).json()["result"]["list"]
    assert [row["orderLinkId"] for row in still_open] == ["open"]
    assert venue.log()[-2]["detail"].startswith("closed 1 socket")


def test_a_disconnect_cuts_everybody_off_for_seconds_of_market_time(venue, client) -> None:
    socket = opened(venue)

    venue.switch_on("plat.disconnect_unannounced", s=5)

    with pytest.raises(ConnectionClosed) as ending:
        socket.recv(timeout=WAIT_S)
    assert ending.value.rcvd is None
    with pytest.raises(httpx.ReadError):
        client.get("/v5/account/info")
    with pytest.raises((OSError, InvalidMessage)):
        opened(venue)
    venue.advance(5_000)
    assert client.get("/v5/account/info").json()["retCode"] == 0
    opened(venue).close()


def test_a_maintenance_begins_after_its_announcement_and_ends(venue, client) -> None:
    venue.switch_on("plat.maintenance", announce_s=60, for_s=30)

    def code() -> int:
        return client.get("/v5/account/info").json()["retCode"]

    def told() -> list[str]:
        rows = client.get("/v5/system/status").json()["result"]["list"]
        return [row["state"] for row in rows]

    codes, states = [code()], [told()]
    for by_ms in (59_999, 1, 29_999, 1):
        venue.advance(by_ms)
        codes.append(code())
        states.append(told())

    assert codes == [0, 0, 10016, 10016, 0]
    assert states == [["scheduled"], ["scheduled"], ["ongoing"], ["ongoing"], []]


def test_who_asks_for_a_state_is_told_of_that_alone(venue, client) -> None:
    venue.switch_on("plat.maintenance", announce_s=60, for_s=30)

    def told(**wanted: str) -> list[dict[str, object]]:
        return client.get("/v5/system/status", **wanted).json()["result"]["list"]

    (row,) = told(state="scheduled")
    assert told(state="ongoing") == []
    assert told(id=str(row["id"])) == [row]
    assert (row["product"], row["env"]) == ([1, 2, 3, 4], 1)


@pytest.mark.parametrize("name", ["plat.restart", "plat.disconnect_unannounced"])
def test_a_fault_of_one_account_leaves_the_sockets_of_others_alone(venue, name) -> None:
    with opened(venue) as socket:
        venue.switch_on(name, {"account": "999"})

        socket.send(json.dumps({"op": "ping"}))

        assert json.loads(socket.recv(timeout=WAIT_S))["ret_msg"] == "pong"
