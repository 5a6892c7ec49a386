"""An exchange over a synthetic market, a gateway in front of it, and a client that signs."""

import json
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest

from exchange_sim.engine.exchange import Exchange
from exchange_sim.engine.journal import NoJournal
from exchange_sim.market.feed import Market
from exchange_sim.server.clocks import Clocks
from exchange_sim.server.gateway import Gateway
from exchange_sim.server.keys import ApiKey, Keyring, Permission
from exchange_sim.server.lazy_journal import LazyJournal
from exchange_sim.server.limits import Limiter
from exchange_sim.server.messages import HttpReply, HttpRequest
from exchange_sim.server.pace import STEPPED
from exchange_sim.server.streams.login import Login
from exchange_sim.server.streams.session import Session

START_MS = 1_760_000_400_000  # 2025-10-09T09:00:00Z
ACCOUNT = "100001"
TRADER = ApiKey("trader-key", "trader-secret", ACCOUNT)
READER = ApiKey("reader-key", "reader-secret", ACCOUNT, Permission.READ)
WITHDRAWER = ApiKey("withdrawer-key", "withdrawer-secret", ACCOUNT, Permission.WITHDRAW)


class FakeTime:
    """A transport clock that moves only when told."""

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms

    def __call__(self) -> int:
        return self.now_ms


@dataclass
class Desk:
    """Everything a test of the server needs, wired as in the real server."""

    exchange: Exchange
    market: Market
    gateway: Gateway
    clocks: Clocks
    time: FakeTime
    key: ApiKey = TRADER
    peer: str = "127.0.0.1"

    def get(self, path: str, **parameters: object) -> dict:
        """The JSON body of a signed GET."""
        return json.loads(self.send("GET", path, query=urlencode(parameters)).body)

    def post(self, path: str, **parameters: object) -> dict:
        """The JSON body of a signed POST."""
        return json.loads(self.send("POST", path, body=json.dumps(parameters)).body)

    def send(self, method: str, path: str, query: str = "", body: str = "") -> HttpReply:
        """The reply to a signed request."""
        return self.gateway.answer(self.request(method, path, query=query, body=body))

    def request(self, method: str, path: str, *, query: str = "", body: str = "") -> HttpRequest:
        """A signed request."""
        stamp = str(self.time.now_ms)
        payload = f"{stamp}{self.key.key}5000{body if method == 'POST' else query}"
        headers = {
            b"x-bapi-api-key": self.key.key.encode(),
            b"x-bapi-timestamp": stamp.encode(),
            b"x-bapi-recv-window": b"5000",
            b"x-bapi-sign": self.key.sign(payload.encode()).encode(),
        }
        return HttpRequest(method, path, query.encode(), headers, body.encode(), self.peer)

    def buy(self, quantity: str = "0.1", **more: object) -> dict:
        """Buy BTCUSDT at market; the result of the acknowledgement."""
        reply = self.post(
            "/v5/order/create",
            category="linear",
            symbol="BTCUSDT",
            side="Buy",
            orderType="Market",
            qty=quantity,
            **more,
        )
        assert reply["retMsg"] == "OK", reply
        return reply["result"]

    def rest_order(self, **more: object) -> dict:
        """Place a limit buy far below the market, so that it rests."""
        price = self.market.tick_at("BTCUSDT", self.exchange.now_ms).last
        terms = {
            "category": "linear",
            "symbol": "BTCUSDT",
            "side": "Buy",
            "orderType": "Limit",
            "qty": "0.01",
            "price": str(int(price * 8 / 10)),
        }
        return self.post("/v5/order/create", **(terms | more))


@dataclass
class FakeOutbox:
    """Keeps frames instead of sending them."""

    frames: list[dict] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)

    def put(self, frame: str, *, delay_s: float = 0.0) -> None:
        """Keep a frame."""
        self.frames.append(json.loads(frame))
        self.delays.append(delay_s)

    def take(self) -> list[dict]:
        """The frames since the last call."""
        frames, self.frames = self.frames, []
        return frames


@pytest.fixture(scope="session")
def market() -> Market:
    return Market.synthetic(7, ["BTCUSDT", "ETHUSDT"], START_MS)


@pytest.fixture
def desk(market: Market) -> Desk:
    exchange = Exchange(market)
    exchange.open_account(ACCOUNT)
    time = FakeTime(START_MS + 90 * 86_400_000)
    clocks = Clocks(exchange, time, journal=LazyJournal(NoJournal()), pace=STEPPED)
    gateway = Gateway(
        exchange,
        market,
        keyring=Keyring([TRADER, READER, WITHDRAWER]),
        limiter=Limiter(enforced=True),
        clocks=clocks,
    )
    return Desk(exchange, market, gateway, clocks, time)


@pytest.fixture
def reader() -> ApiKey:
    return READER


@pytest.fixture
def withdrawer() -> ApiKey:
    return WITHDRAWER


@pytest.fixture
def login(desk: Desk) -> Login:
    return Login(desk.gateway.keyring, desk.clocks)


@pytest.fixture
def socket() -> Session:
    return Session("sim-00000001", FakeOutbox())
