"""Puts the server together: exchange, clocks, REST, sockets and control in one application."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping

from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from exchange_sim.engine.exchange import Exchange
from exchange_sim.faults import engine
from exchange_sim.faults.catalogue import CATALOGUE
from exchange_sim.faults.platform import Platform
from exchange_sim.faults.streams import StreamFaults
from exchange_sim.faults.streams_status import Notices
from exchange_sim.faults.switchboard import Switchboard
from exchange_sim.market.feed import Market
from exchange_sim.server.clocks import Clocks
from exchange_sim.server.control import Control
from exchange_sim.server.control_faults import FaultControl
from exchange_sim.server.faulty.http import HttpFaults
from exchange_sim.server.gateway import Gateway
from exchange_sim.server.http import RestEdge
from exchange_sim.server.keys import Keyring
from exchange_sim.server.limits import Limiter
from exchange_sim.server.streams.endpoint import SocketServer
from exchange_sim.server.streams.login import Login
from exchange_sim.server.streams.private import PrivateChannel
from exchange_sim.server.streams.public import PublicChannel
from exchange_sim.server.streams.session import Channel
from exchange_sim.server.streams.status import StatusChannel
from exchange_sim.server.streams.trade import TradeChannel


class SimulatorApp:
    """The ASGI application: REST goes straight to its edge, sockets and control to Starlette."""

    def __init__(
        self,
        exchange: Exchange,
        market: Market,
        *,
        clocks: Clocks,
        keyring: Keyring,
        limiter: Limiter,
        control_token: str,
    ) -> None:
        self._exchange = exchange
        self._clocks = clocks
        switchboard = Switchboard(
            CATALOGUE, market_ms=lambda: exchange.now_ms, wall_ms=clocks.transport_ms
        )
        notices = Notices(switchboard)
        gateway = Gateway(
            exchange,
            market,
            keyring=keyring,
            limiter=limiter,
            clocks=clocks,
            announced=notices.at,
        )
        streams = StreamFaults(
            switchboard, now_ms=lambda: exchange.now_ms, account_of=keyring.account_of
        )
        sockets = SocketServer(streams)
        public = PublicChannel(exchange, market, streams)
        self._faults = HttpFaults(switchboard, gateway, streams)
        Platform(switchboard, sockets, public.restart_books).plug_in()
        engine.plug_in(switchboard, exchange, market)
        control = Control(
            exchange,
            market,
            clocks=clocks,
            token=control_token,
            further=FaultControl(exchange, keyring, switchboard, limiter).actions(),
        )
        self._rest = RestEdge(gateway, self._faults)
        channels = _channels(gateway, public, notices)
        self._other = Starlette(
            routes=[*control.routes(), *_socket_routes(sockets, channels)],
            lifespan=self._lifespan,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, socket or the server's own start and end."""
        if scope["type"] == "http" and not scope["path"].startswith("/control/"):
            await self._rest(scope, receive, send)
            return
        await self._other(scope, receive, send)

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        driver = asyncio.create_task(self._clocks.run())
        try:
            yield
        finally:
            self._faults.stop()
            driver.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await driver
            self._exchange.close()


def _channels(gateway: Gateway, public: PublicChannel, notices: Notices) -> Mapping[str, Channel]:
    exchange, login = gateway.exchange, Login(gateway.keyring, gateway.clocks)
    return {
        "/v5/public/linear": public,
        "/v5/public/misc/status": StatusChannel(exchange, notices),
        "/v5/private": PrivateChannel(exchange, login),
        "/v5/trade": TradeChannel(gateway, login),
    }


def _socket_routes(sockets: SocketServer, channels: Mapping[str, Channel]) -> list[WebSocketRoute]:
    def route(path: str, channel: Channel) -> WebSocketRoute:
        async def serve(websocket: WebSocket) -> None:
            await sockets.serve(websocket, channel)

        return WebSocketRoute(path, serve)

    return [route(path, channel) for path, channel in channels.items()]
