"""A running exchange on loopback, its control API, and clients that sign."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Queue
from urllib.parse import urlencode

import httpx

from exchange_sim.server.keys import ApiKey
from exchange_sim.server.pace import STEPPED
from exchange_sim.server.running import build_simulator
from exchange_sim.server.settings import ACCOUNT, Settings

START_MS = 1_760_000_400_000  # 2025-10-09T09:00:00Z
TOKEN = "control-token"
KEY = ApiKey("trader-key", "trader-secret", ACCOUNT)
WAIT_S = 10
LIMIT_ORDER = {
    "category": "linear",
    "symbol": "BTCUSDT",
    "side": "Buy",
    "orderType": "Limit",
    "qty": "0.01",
}


@dataclass
class Client:
    """A trading client of one account over one connection."""

    http: httpx.Client
    key: ApiKey = KEY
    window_ms: int = 5_000
    offset_ms: int = 0  # how far its clock is from the true one

    def get(self, path: str, **parameters: object) -> httpx.Response:
        """The reply to a signed GET."""
        query = urlencode(parameters)
        return self.http.get(f"{path}?{query}", headers=self._signed(query))

    def post(self, path: str, **parameters: object) -> httpx.Response:
        """The reply to a signed POST."""
        body = json.dumps(parameters)
        return self.http.post(path, content=body, headers=self._signed(body))

    def public(self, path: str, **parameters: object) -> httpx.Response:
        """The reply to an unsigned GET."""
        return self.http.get(path, params=parameters)

    def _signed(self, payload: str) -> dict[str, str]:
        stamp = str(time.time_ns() // 1_000_000 + self.offset_ms)
        signed = f"{stamp}{self.key.key}{self.window_ms}{payload}"
        return {
            "X-BAPI-API-KEY": self.key.key,
            "X-BAPI-TIMESTAMP": stamp,
            "X-BAPI-RECV-WINDOW": str(self.window_ms),
            "X-BAPI-SIGN": self.key.sign(signed.encode()),
        }


@dataclass
class Venue:
    """A running exchange and its owner's hand on it."""

    rest: str
    control: httpx.Client
    clients: list[httpx.Client] = field(default_factory=list)

    def client(self, key: ApiKey = KEY) -> Client:
        """A new client with a connection of its own."""
        http = httpx.Client(base_url=self.rest, trust_env=False, timeout=WAIT_S)
        self.clients.append(http)
        return Client(http, key)

    def ask(self, method: str, path: str, **wish: object) -> dict:
        """The answer of the control API, which must be a good one."""
        reply = self.control.request(method, path, json=wish or None)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def switch_on(self, name: str, match: dict | None = None, **more: object) -> int:
        """Switch on a fault; `more` are its parameters, or count, seed, window, probability."""
        own = {
            key: more.pop(key) for key in ("count", "seed", "window", "probability") if key in more
        }
        wish = {"name": name, "match": match or {}, "parameters": more, **own}
        return self.ask("POST", "faults", **wish)["id"]

    def advance(self, by_ms: int) -> int:
        """Let the market happen; where it stands then."""
        return self.ask("POST", "advance", by_ms=by_ms)["now_ms"]

    def log(self) -> list[dict]:
        """The fault log."""
        return self.ask("GET", "fault-log")["entries"]

    def orders(self) -> list[dict]:
        """Every order the exchange knows, newest first."""
        records = self.ask("GET", f"records?account={ACCOUNT}")
        return records["accounts"][ACCOUNT]["orders"]

    def limit_order(self, client: Client, **more: object) -> httpx.Response:
        """Ask for a limit order far below the market."""
        return client.post("/v5/order/create", **(LIMIT_ORDER | {"price": self.low_price} | more))

    @property
    def low_price(self) -> str:
        """A price at which a buy order rests."""
        rows = self.client().public("/v5/market/tickers", category="linear", symbol="BTCUSDT")
        last = rows.json()["result"]["list"][0]["lastPrice"]
        return str(int(float(last) * 0.8))


def until(condition: Callable[[], object], patience_s: float = 5.0) -> None:
    """Ask again and again until the exchange says yes."""
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, "it never happened"


@contextmanager
def running(**settings: object) -> Iterator[Venue]:
    """A simulator in a thread of this process, stepped, with two symbols."""
    options = {
        "api_key": KEY.key,
        "api_secret": KEY.secret,
        "control_token": TOKEN,
        "seed": 7,
        "symbols": ("BTCUSDT", "ETHUSDT"),
        "start_ms": START_MS,
        "pace": STEPPED,
    }
    ready: Queue = Queue()
    simulator = build_simulator(Settings(**(options | settings)), ready.put)
    thread = threading.Thread(target=simulator.run, kwargs={"handle_signals": False})
    thread.start()
    addresses = ready.get(timeout=WAIT_S)
    headers = {"X-Control-Token": TOKEN}
    with httpx.Client(
        base_url=f"{addresses.control}/", headers=headers, trust_env=False, timeout=WAIT_S
    ) as control:
        venue = Venue(addresses.rest, control)
        try:
            yield venue
        finally:
            for client in venue.clients:
                client.close()
            simulator.server.stop()
            thread.join(timeout=WAIT_S)
            assert not thread.is_alive()
