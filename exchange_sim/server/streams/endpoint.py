"""Serves a WebSocket: accepts it, hands its frames to a channel one by one, cleans up after it."""

import asyncio
from itertools import count

from starlette.websockets import WebSocket, WebSocketDisconnect

from exchange_sim.server.streams.outbox import Outbox
from exchange_sim.server.streams.session import Channel, Session, receive

_TRY_AGAIN_LATER = 1013  # close code for a client too far behind


class SocketServer:
    """Accepts sockets for channels and numbers them."""

    def __init__(self) -> None:
        self._connections = count(1)

    async def serve(self, websocket: WebSocket, channel: Channel) -> None:
        """Serve one socket until its client leaves or falls too far behind."""
        await websocket.accept()
        outbox = Outbox(websocket.send_text)
        session = Session(f"sim-{next(self._connections):08x}", outbox)
        reader = asyncio.create_task(_read(websocket, channel, session))
        writer = asyncio.create_task(_write(websocket, outbox))
        try:
            await asyncio.wait({reader, writer}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            channel.leave(session)
            await _end(reader, writer)


async def _read(websocket: WebSocket, channel: Channel, session: Session) -> None:
    """Handle frames strictly in order: pybit sends login and subscription back to back."""
    try:
        while True:
            receive(channel, session, await websocket.receive_text())
    except WebSocketDisconnect:
        return


async def _write(websocket: WebSocket, outbox: Outbox) -> None:
    try:
        await outbox.run()
        await websocket.close(_TRY_AGAIN_LATER)
    except WebSocketDisconnect:
        return


async def _end(*tasks: asyncio.Task[None]) -> None:
    """Stop what still runs; a task that failed raises here, so that the failure is logged."""
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result
