"""The frames of one socket on their way out: strictly in order, none before its time."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from exchange_sim.faults.streams_socket import SocketFaults

MAX_WAITING = 100_000  # frames; a client further behind is cut off, as by Bybit


class Outbox:
    """A queue of text frames; acknowledgements carry a delay and later frames wait behind them.

    The delay exists because pybit registers a subscription only after it has sent the request:
    an answer within the same millisecond kills its socket (spec 0.2).
    """

    def __init__(
        self, send: Callable[[str], Awaitable[None]], faults: SocketFaults | None = None
    ) -> None:
        self._send = send
        self._faults = faults
        self._frames: deque[tuple[float, str]] = deque()
        self._filled = asyncio.Event()
        self._awaiting_end: list[asyncio.Future[None]] = []
        self._loop = asyncio.get_running_loop()

    @property
    def overflows(self) -> bool:
        """Whether the client is too far behind to be served any longer."""
        return len(self._frames) > MAX_WAITING

    async def drained(self) -> None:
        """Return when every frame was handed to the connection."""
        if self._filled.is_set():
            done = self._loop.create_future()
            self._awaiting_end.append(done)
            await done

    def put(self, frame: str, *, delay_s: float = 0.0) -> None:
        """Send `frame`, or what faults make of it."""
        if self._faults is not None and self._faults.is_engaged:
            self._faults.put(frame, delay_s)
        else:
            self.queue(frame, delay_s)

    def queue(self, frame: str, delay_s: float = 0.0) -> None:
        """Send `frame` after all frames before it and not before `delay_s` from now."""
        self._frames.append((self._loop.time() + delay_s if delay_s else 0.0, frame))
        self._filled.set()

    async def run(self) -> None:
        """Send frames until cancelled, or until the client is too far behind."""
        while not self.overflows:
            if not self._frames:
                self._filled.clear()
                self._tell_end()
                await self._filled.wait()
                continue
            due, frame = self._frames.popleft()
            wait_s = due - self._loop.time() if due else 0.0
            if wait_s > 0:
                await asyncio.sleep(wait_s)
            await self.transmit(frame)

    def _tell_end(self) -> None:
        waiting, self._awaiting_end = self._awaiting_end, []
        for done in waiting:
            if not done.done():  # who waited may have lost patience
                done.set_result(None)

    async def transmit(self, frame: str) -> None:
        """Send one frame, as fast as the wire is."""
        if self._faults is not None and self._faults.is_engaged:
            await self._faults.pace(frame)
        await self._send(frame)
