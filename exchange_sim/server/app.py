"""Puts the server together: exchange, clocks, REST, sockets and control in one application."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from exchange_sim.engine.exchange import Exchange
from exchange_sim.market.feed import Market
from exchange_sim.server.clocks import Clocks
from exchange_sim.server.control import Control
from exchange_sim.server.gateway import Gateway
from exchange_sim.server.http import RestEdge
from exchange_sim.server.keys import Keyring
from exchange_sim.server.limits import Limiter
from exchange_sim.server.streams.endpoint import SocketServer
from exchange_sim.server.streams.login import Login
from exchange_sim.server.streams.private import PrivateChannel
from exchange_sim.server.streams.public import PublicChannel
from exchange_sim.server.streams.session import Channel
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
        gateway = Gateway(exchange, market, keyring=keyring, limiter=limiter, clocks=clocks)
        control = Control(exchange, market, clocks=clocks, token=control_token)
        self._rest = RestEdge(gateway)
        self._other = Starlette(
            routes=[*control.routes(), *_socket_routes(gateway, Login(keyring, clocks))],
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
            driver.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await driver
            self._exchange.close()


def _socket_routes(gateway: Gateway, login: Login) -> list[WebSocketRoute]:
    sockets = SocketServer()
    public = PublicChannel(gateway.exchange, gateway.market)
    channels: dict[str, Channel] = {
        "/v5/public/linear": public,
        "/v5/private": PrivateChannel(gateway.exchange, login),
        "/v5/trade": TradeChannel(gateway, login),
    }

    def route(path: str, channel: Channel) -> WebSocketRoute:
        async def serve(websocket: WebSocket) -> None:
            await sockets.serve(websocket, channel)

        return WebSocketRoute(path, serve)

    return [route(path, channel) for path, channel in channels.items()]
