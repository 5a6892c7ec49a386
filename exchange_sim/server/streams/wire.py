"""The connection under a WebSocket: uvicorn's, with the ways a wire can fail."""

import socket
import struct

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

WIRE = "exchange_sim.wire"  # where the scope of a socket keeps its wire
_NO_LINGER = struct.pack("ii", 1, 0)


class WireProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol; `reset` and `mute` are what a network does to a connection.

    uvicorn answers protocol pings itself, so a half-open peer can only be shown here: while mute,
    bytes that come are thrown away unread and none are sent. A client that leaves is noticed.
    """

    is_mute = False

    def handle_connect(self, event: Request) -> None:
        """Start the application, its scope knowing this wire."""
        super().handle_connect(event)
        if self.response.status_code == 101:
            # The application runs in a task of its own, which has not started yet.
            self.scope["state"][WIRE] = self

    def data_received(self, data: bytes) -> None:
        """Read, unless the wire is mute."""
        if not self.is_mute:
            super().data_received(data)

    async def send(self, message: ASGISendEvent) -> None:
        """Write, unless the wire is mute."""
        if self.is_mute:
            return
        await super().send(message)
        if message["type"] == "websocket.http.response.body":
            # A refusal completes the handshake, too; uvicorn would report it as forgotten.
            self.handshake_complete = True

    def mute(self) -> None:
        """Let no byte in or out any more."""
        self.is_mute = True

    def reset(self) -> None:
        """End the TCP connection at once, by RST, without a closing frame; once is enough."""
        if self.disconnected:
            return
        connection = self.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.handshake_complete = True  # nothing is owed to the client any more
        self.transport.abort()
