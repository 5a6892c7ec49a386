"""The whole simulator in a thread, with faults switched on over its control API."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from exchange_sim.server.keys import ApiKey
from exchange_sim.server.options import parse_options
from exchange_sim.server.running import Addresses, build_simulator
from exchange_sim.server.settings import ACCOUNT

WAIT_S = 20
KEY = ApiKey("faulty-key", "faulty-secret", ACCOUNT)
_TOKEN = "faulty-token"
_LINE = (
    "--seed 11 --symbols BTCUSDT --start 2025-10-01T00:00:00Z --speed step --rate-limits off "
    f"--api-key {KEY.key} --api-secret {KEY.secret} --control-token {_TOKEN}"
)


@dataclass(frozen=True)
class Whole:
    """Where the server is and the hand on its controls."""

    rest: str
    websocket: str
    client: httpx.Client

    def control(self, method: str, path: str, **wish: object) -> dict:
        """The answer of the control API."""
        headers = {"X-Control-Token": _TOKEN}
        reply = self.client.request(
            method, f"/control/{path}", headers=headers, json=wish or None, timeout=WAIT_S
        )
        assert reply.status_code == 200, reply.text
        return reply.json()

    def advance(self, minutes: int = 1) -> None:
        """Let the market happen."""
        self.control("POST", "advance", by_ms=minutes * 60_000)

    def order(self, **terms: object) -> httpx.Request:
        """A signed request for a market order."""
        stamp = str(self.control("GET", "status")["now_ms"])
        order = {"category": "linear", "symbol": "BTCUSDT", "side": "Buy", "orderType": "Market"}
        body = json.dumps(order | {"qty": "0.01"} | terms)
        headers = {
            "X-BAPI-API-KEY": KEY.key,
            "X-BAPI-TIMESTAMP": stamp,
            "X-BAPI-RECV-WINDOW": "5000",
            "X-BAPI-SIGN": KEY.sign(f"{stamp}{KEY.key}5000{body}".encode()),
        }
        return self.client.build_request("POST", "/v5/order/create", content=body, headers=headers)

    def buy(self, **terms: object) -> dict:
        """Buy at market; the answer."""
        return self.client.send(self.order(**terms)).json()


def running() -> Iterator[Whole]:
    """A server, until the caller is done with it."""
    ready, found = threading.Event(), []

    def tell(addresses: Addresses) -> None:
        found.append(addresses)
        ready.set()

    simulator = build_simulator(parse_options(_LINE.split()), tell)
    thread = threading.Thread(target=simulator.run, kwargs={"handle_signals": False})
    thread.start()
    try:
        assert ready.wait(WAIT_S), "the server did not start"
        with httpx.Client(base_url=found[0].rest, trust_env=False) as client:
            yield Whole(found[0].rest, found[0].websocket, client)
    finally:
        simulator.server.stop()
        thread.join(WAIT_S)
    assert not thread.is_alive(), "the server did not stop"
