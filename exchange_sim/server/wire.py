"""The connection under a REST request, and the ways it can fail its client."""

import asyncio
import socket
import struct
from http import HTTPStatus

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from exchange_sim.server.messages import HttpReply

_LINE = "exchange_sim.line"  # where a request's scope keeps its connection
_NO_LINGER = struct.pack("ii", 1, 0)
_SERVER = (b"server", b"Openresty")


class Line:
    """One TCP connection; it remembers whose signed requests it has carried.

    Public requests bear no key, so they are ascribed to the account last seen on their line.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self.account = ""


class HttpProtocol(H11Protocol):
    """uvicorn's HTTP protocol; the application can reach the connection it is called through."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start serving a connection."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, _LINE: Line(transport)}


class Wire:
    """The client's side of one request: the answer goes out here, or does not."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._line: Line | None = scope.get("state", {}).get(_LINE)
        self._receive = receive
        self._send = send

    @property
    def account(self) -> str:
        """Whose signed requests this connection has carried; empty if nobody's yet."""
        return self._line.account if self._line else ""

    @account.setter
    def account(self, account: str) -> None:
        if self._line:
            self._line.account = account

    async def reply(self, reply: HttpReply) -> None:
        """Send the whole answer."""
        await send_reply(reply, self._send)

    async def reset(self) -> None:
        """End the connection at once, by RST, without a byte of an answer."""
        transport = self._transport()
        if not transport.is_closing():
            connection = transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            transport.abort()
        await self._gone()

    async def close(self, *last_words: bytes) -> None:
        """End the connection in order, after these bytes past all HTTP machinery."""
        for words in last_words:
            self._write(words)
        self._transport().close()
        await self._gone()

    async def hang(self, seconds: float) -> None:
        """Say nothing for so long or until the client leaves, then reset."""
        try:
            async with asyncio.timeout(seconds):
                await self._gone()
        except TimeoutError:
            await self.reset()

    async def drip(self, reply: HttpReply, seconds: float) -> None:
        """Send the status line at once and the rest of the answer so much later."""
        line, rest = head(reply, len(reply.body)).split(b"\r\n", 1)
        self._write(line + b"\r\n")
        await asyncio.sleep(seconds)
        await self.close(rest, reply.body)

    def _write(self, words: bytes) -> None:
        transport = self._transport()
        if not transport.is_closing():  # the client may have left while it waited
            transport.write(words)

    def _transport(self) -> asyncio.Transport:
        if self._line is None:
            message = "this server cannot cut connections: run it with HttpProtocol"
            raise ConnectionResetError(message)
        return self._line.transport

    async def _gone(self) -> None:
        """Wait for the end, or uvicorn would answer 500 for an application without an answer."""
        while (await self._receive())["type"] != "http.disconnect":
            pass


async def send_reply(reply: HttpReply, send: Send) -> None:
    """Send `reply` by ASGI."""
    length = (b"content-length", str(len(reply.body)).encode())
    headers = [*reply.headers, length, _SERVER]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})


def head(reply: HttpReply, length: int | None) -> bytes:
    """The bytes before the body; `length` None announces chunks."""
    body = (
        (b"transfer-encoding", b"chunked")
        if length is None
        else (b"content-length", str(length).encode())
    )
    headers = [*reply.headers, body, _SERVER, (b"connection", b"close")]
    lines = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}".encode()]
    lines += [name + b": " + value for name, value in headers]
    return b"\r\n".join([*lines, b"", b""])
