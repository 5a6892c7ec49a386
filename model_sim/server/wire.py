"""Replies as HTTP, and connections that end without one."""

import asyncio
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from model_sim.values import Row, compact

_LINE = "model_sim.line"  # where a request's scope keeps its connection


class HttpProtocol(H11Protocol):
    """uvicorn's HTTP protocol; the application can reach the connection it is called through."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start serving a connection."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, _LINE: transport}


class JsonReply(Response):
    """A JSON object."""

    def __init__(self, status: int, row: Row, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(compact(row), status, headers, media_type="application/json")


class NoReply(Response):
    """Ends the connection without a byte of an answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Cut the connection and wait until it is gone, or the server would answer 500."""
        transport = scope.get("state", {}).get(_LINE)
        if transport is None:
            message = "this server cannot cut connections: run it with HttpProtocol"
            raise ConnectionResetError(message)
        transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass


class Patience:
    """How long requests are kept waiting: as asked, but never longer than the server runs."""

    def __init__(self) -> None:
        self._over = asyncio.Event()

    def end(self) -> None:
        """Let everybody who waits go on; called when the server stops."""
        self._over.set()

    async def wait(self, request: Request, seconds: float) -> None:
        """Say nothing for so long, or until the client leaves."""
        if seconds <= 0:
            return
        ends = [asyncio.ensure_future(_gone(request)), asyncio.ensure_future(self._over.wait())]
        await asyncio.wait(ends, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.cancel()


async def _gone(request: Request) -> bool:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return True
