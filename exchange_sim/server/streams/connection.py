"""One open socket: its session, its frames in and out, and the ways it can end."""

import asyncio
from functools import partial

from starlette.websockets import WebSocket, WebSocketDisconnect

from exchange_sim.faults.streams import StreamFaults
from exchange_sim.server.streams.outbox import Outbox
from exchange_sim.server.streams.session import Channel, Session, receive
from exchange_sim.server.streams.wire import WIRE, WireProtocol

_TRY_AGAIN_LATER = 1013  # close code for a client too far behind


class Connection:
    """An accepted socket; also the wire that stream faults act on."""

    def __init__(self, websocket: WebSocket, identity: str, faults: StreamFaults) -> None:
        self.path: str = websocket.scope["path"]
        self.session_id = identity
        self._websocket = websocket
        self._ending: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._faults = faults.watch(self)
        self._outbox = Outbox(websocket.send_text, self._faults)
        self.session = Session(identity, self._outbox)

    @property
    def account(self) -> str:
        """Whose socket it is; empty before a login."""
        return self.session.key.account if self.session.key else ""

    async def drained(self) -> None:
        """Return when every frame for this client has been written."""
        await self._outbox.drained()

    def send(self, text: str, delay_s: float = 0.0) -> None:
        """Put a frame on its way past all faults."""
        self._outbox.queue(text, delay_s)

    def close(self, code: int) -> None:
        """Say goodbye with `code`; a second goodbye changes nothing."""
        if not self._ending.done():
            self._ending.set_result(code)

    def reset(self) -> None:
        """End the TCP connection without a goodbye."""
        wire_of(self._websocket).reset()

    def mute(self) -> None:
        """Let no byte in or out any more, and keep the connection."""
        wire_of(self._websocket).mute()

    async def serve(self, channel: Channel) -> None:
        """Serve the socket until its client leaves, falls too far behind, or is sent away."""
        self._faults.meet()
        reader = asyncio.create_task(self._read(channel))
        writer = asyncio.create_task(self._write())
        ender = asyncio.create_task(self._end())
        try:
            await asyncio.wait({reader, writer, ender}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            channel.leave(self.session)
            await _stop(reader, writer, ender)

    async def _read(self, channel: Channel) -> None:
        """Handle frames strictly in order: pybit sends login and subscription back to back."""
        try:
            while True:
                text = await self._websocket.receive_text()
                if self._faults.is_engaged:
                    await self._faults.request(text, partial(receive, channel, self.session, text))
                else:
                    receive(channel, self.session, text)
        except WebSocketDisconnect:
            return

    async def _write(self) -> None:
        try:
            await self._outbox.run()
            await self._websocket.close(_TRY_AGAIN_LATER)
        except WebSocketDisconnect:
            return

    async def _end(self) -> None:
        try:
            await self._websocket.close(await self._ending)
        except WebSocketDisconnect:
            return


def wire_of(websocket: WebSocket) -> WireProtocol:
    """The connection under a socket that uvicorn serves."""
    wire: WireProtocol = websocket.scope["state"][WIRE]
    return wire


async def _stop(*tasks: asyncio.Task[None]) -> None:
    """Stop what still runs; a task that failed raises here, so that the failure is logged."""
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result
