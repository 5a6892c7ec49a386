"""A venue on loopback whose sockets can fail, and clients that read it with a real library."""

import asyncio
import contextlib
import itertools
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from exchange_sim.engine.exchange import Exchange
from exchange_sim.engine.journal import NoJournal
from exchange_sim.engine.requests import OrderRequest
from exchange_sim.faults.catalogue import CATALOGUE
from exchange_sim.faults.fault_log import LogEntry
from exchange_sim.faults.streams import StreamFaults
from exchange_sim.faults.streams_status import Notices
from exchange_sim.faults.switchboard import Switchboard
from exchange_sim.market.feed import Market
from exchange_sim.server.clocks import Clocks
from exchange_sim.server.gateway import Gateway
from exchange_sim.server.keys import ApiKey, Keyring
from exchange_sim.server.lazy_journal import LazyJournal
from exchange_sim.server.limits import Limiter
from exchange_sim.server.pace import STEPPED
from exchange_sim.server.streams.endpoint import SocketServer
from exchange_sim.server.streams.login import Login
from exchange_sim.server.streams.private import PrivateChannel
from exchange_sim.server.streams.public import PublicChannel
from exchange_sim.server.streams.session import Channel
from exchange_sim.server.streams.status import StatusChannel
from exchange_sim.server.streams.trade import TradeChannel
from exchange_sim.server.streams.wire import WireProtocol

PATIENCE_S = 10  # a frame that has not come by then never comes
MINUTE_MS = 60_000
TRADER = ApiKey("trader-key", "trader-secret", "100001")
OTHER = ApiKey("other-key", "other-secret", "100002")


@dataclass
class Client:
    """One socket of a client; frames are read in the order they came."""

    socket: ClientConnection

    async def ask(self, operation: str, *arguments: object, **more: object) -> None:
        """Send a request."""
        await self.socket.send(json.dumps({"op": operation, "args": list(arguments)} | more))

    async def text(self) -> str:
        """The next frame as it came."""
        return str(await asyncio.wait_for(self.socket.recv(), PATIENCE_S))

    async def frame(self) -> dict:
        """The next frame."""
        return json.loads(await self.text())

    async def frames(self, number: int) -> list[dict]:
        """The next few frames."""
        return [await self.frame() for _ in range(number)]

    async def until_pong(self) -> list[dict]:
        """All frames before the answer to a ping sent now: nothing else is on its way then."""
        await self.ask("ping", req_id="until")
        seen = [await self.frame()]
        while not {seen[-1].get("op"), seen[-1].get("ret_msg")} & {"pong"}:
            seen.append(await self.frame())
        return seen[:-1]

    async def subscribe(self, *topics: str) -> dict:
        """Subscribe and give the acknowledgement."""
        await self.ask("subscribe", *topics, req_id="sub")
        return await self.frame()

    async def closed(self) -> int:
        """Read until the socket ends; the code it ended with, 1006 without a closing frame."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self.text()
        return self.socket.close_code or 1006


@dataclass
class Venue:
    """The exchange behind a real server, everything in this event loop."""

    exchange: Exchange
    market: Market
    switchboard: Switchboard
    faults: StreamFaults
    sockets: SocketServer
    public: PublicChannel
    address: str
    exits: contextlib.AsyncExitStack

    async def open(self, path: str) -> Client:
        """A new socket."""
        connection = connect(
            f"ws://{self.address}{path}",
            compression=None,
            proxy=None,
            ping_interval=None,
            close_timeout=0.1,
        )
        return Client(await self.exits.enter_async_context(connection))

    async def watch(self, *topics: str) -> Client:
        """A public socket with some topics, their openings read."""
        client = await self.open("/v5/public/linear")
        if topics:
            assert (await client.subscribe(*topics))["success"]
            await client.until_pong()
        return client

    async def log_in(
        self, *topics: str, path: str = "/v5/private", key: ApiKey = TRADER
    ) -> Client:
        """A private or trade socket, logged in and subscribed."""
        client = await self.open(path)
        await client.ask("auth", *self.credentials(key))
        reply = await client.frame()
        assert reply.get("success") or reply.get("retCode") == 0, reply
        if topics:
            assert (await client.subscribe(*topics))["success"]
        return client

    def credentials(self, key: ApiKey = TRADER) -> list[object]:
        """What a login sends."""
        expires = self.exchange.now_ms + 10_000
        return [key.key, expires, key.sign(f"GET/realtime{expires}".encode())]

    def on(self, name: str, **wish: object) -> int:
        """Switch a fault on; its parameters and the other fields of the wish by their names."""
        known = {parameter.name for parameter in CATALOGUE[name].parameters}
        parameters = {key: value for key, value in wish.items() if key in known}
        rest = {key: value for key, value in wish.items() if key not in known}
        return self.switchboard.switch_on({"name": name, "parameters": parameters} | rest).id

    def strikes(self, name: str) -> list[LogEntry]:
        """What the fault log says of a fault, without the note that sockets were offered to it."""
        return [
            entry
            for entry in self.switchboard.log
            if entry.name == name and not entry.detail.startswith("offered")
        ]

    def buy(self, quantity: str = "0.01", account: str = TRADER.account, **more: object) -> str:
        """Buy BTCUSDT at market; the order id."""
        terms = {"symbol": "BTCUSDT", "side": "Buy", "orderType": "Market", "qty": quantity}
        return self.exchange.create_order(account, OrderRequest.parse(terms | more)).order_id

    def move(self, ms: int = MINUTE_MS) -> None:
        """Let the market happen."""
        self.exchange.advance(self.exchange.now_ms + ms)


@contextlib.asynccontextmanager
async def opened(market: Market) -> AsyncIterator[Venue]:
    """A venue over `market` that is served while the context lasts."""
    exchange = Exchange(market)
    keyring = Keyring([TRADER, OTHER])
    for key in (TRADER, OTHER):
        exchange.open_account(key.account)
    switchboard = Switchboard(
        CATALOGUE, market_ms=lambda: exchange.now_ms, wall_ms=itertools.count().__next__
    )

    faults = StreamFaults(
        switchboard, now_ms=lambda: exchange.now_ms, account_of=keyring.account_of
    )
    sockets, public = SocketServer(faults), PublicChannel(exchange, market, faults)
    channels: dict[str, Channel] = {
        "/v5/public/linear": public,
        "/v5/public/misc/status": StatusChannel(exchange, Notices(switchboard)),
        **_private_channels(exchange, market, keyring),
    }
    routes = [_route(sockets, path, channel) for path, channel in channels.items()]
    async with _served(Starlette(routes=routes)) as address, contextlib.AsyncExitStack() as exits:
        yield Venue(exchange, market, switchboard, faults, sockets, public, address, exits)


def _private_channels(exchange: Exchange, market: Market, keyring: Keyring) -> dict[str, Channel]:
    clocks = Clocks(
        exchange, lambda: exchange.now_ms, journal=LazyJournal(NoJournal()), pace=STEPPED
    )
    gateway = Gateway(
        exchange, market, keyring=keyring, limiter=Limiter(enforced=False), clocks=clocks
    )
    login = Login(keyring, clocks)
    return {
        "/v5/private": PrivateChannel(exchange, login),
        "/v5/trade": TradeChannel(gateway, login),
    }


def _route(sockets: SocketServer, path: str, channel: Channel) -> WebSocketRoute:
    async def serve(websocket: WebSocket) -> None:
        await sockets.serve(websocket, channel)

    return WebSocketRoute(path, serve)


@contextlib.asynccontextmanager
async def _served(app: Starlette) -> AsyncIterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    config = uvicorn.Config(
        app,
        ws=WireProtocol,
        ws_ping_interval=None,
        log_config=None,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        await server.shutdown(sockets=[listener])
