"""Serves WebSockets: accepts or refuses them, numbers them, and can end them all."""

from itertools import count

from starlette.responses import HTMLResponse
from starlette.websockets import WebSocket

from exchange_sim.faults.streams import StreamFaults
from exchange_sim.server.streams.connection import Connection, wire_of
from exchange_sim.server.streams.session import Channel

_BAD_GATEWAY = "<html><head><title>502 Bad Gateway</title></head></html>"


class SocketServer:
    """Accepts sockets for channels and knows those that are open."""

    def __init__(self, faults: StreamFaults) -> None:
        self._faults = faults
        self._numbers = count(1)
        self._open: set[Connection] = set()

    async def serve(self, websocket: WebSocket, channel: Channel) -> None:
        """Serve one socket until its client leaves, falls too far behind or is sent away."""
        refusal = self._faults.refusal(websocket.scope["path"]) if self._faults.is_on else ""
        if refusal:
            await _refuse(websocket, refusal)
            return
        await websocket.accept()
        connection = Connection(websocket, f"sim-{next(self._numbers):08x}", self._faults)
        self._open.add(connection)
        try:
            await connection.serve(channel)
        finally:
            self._open.discard(connection)
            self._faults.forget(connection)

    def close_all(self, code: int, account: str | None = None) -> int:
        """Say goodbye with `code` to every socket, or to those of `account`; how many."""
        connections = self._of(account)
        for connection in connections:
            connection.close(code)
        return len(connections)

    def reset_all(self, account: str | None = None) -> int:
        """End every socket, or those of `account`, without a goodbye; how many."""
        connections = self._of(account)
        for connection in connections:
            connection.reset()
        return len(connections)

    def _of(self, account: str | None) -> list[Connection]:
        return [one for one in self._open if account in {None, one.account}]


async def _refuse(websocket: WebSocket, how: str) -> None:
    """Turn a client away: by HTTP 502, by a reset, or by silence until it gives up."""
    match how:
        case "502":
            await websocket.send_denial_response(HTMLResponse(_BAD_GATEWAY, 502))
        case "tcp":
            wire_of(websocket).reset()
        case _:
            wire_of(websocket).mute()
            await _client_left(websocket)


async def _client_left(websocket: WebSocket) -> None:
    message = await websocket.receive()
    while message["type"] != "websocket.disconnect":
        message = await websocket.receive()
