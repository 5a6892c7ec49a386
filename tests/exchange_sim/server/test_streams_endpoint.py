"""Serving a socket: order, clean-up, clients too far behind."""

import asyncio
import json

import pytest
from starlette.websockets import WebSocketDisconnect

from exchange_sim.faults.streams import StreamFaults
from exchange_sim.faults.switchboard import Switchboard
from exchange_sim.server.streams import outbox as outbox_module
from exchange_sim.server.streams.endpoint import SocketServer


class Parrot:
    """A channel that repeats what it hears `times` over."""

    def __init__(self, times: int = 1) -> None:
        self.times = times
        self.left: list[str] = []

    def answer(self, session, message) -> None:
        """Repeat a message."""
        if message.get("op") == "fail":
            raise LookupError
        for _ in range(self.times):
            session.outbox.put(json.dumps(message))

    def undecodable(self, session, text) -> None:
        """Repeat a text."""
        session.outbox.put(text)

    def leave(self, session) -> None:
        """Note who left."""
        self.left.append(session.connection_id)


class FakeWebSocket:
    """A socket whose client sends some frames and leaves when it was answered often enough."""

    scope = {"path": "/v5/public/linear"}  # noqa: RUF012 - nobody changes it

    def __init__(self, *frames: str, answers: int) -> None:
        self._frames = list(frames)
        self._answers = answers
        self._answered = asyncio.Event()
        self.sent: list[str] = []
        self.closed_with: int | None = None

    async def accept(self) -> None:
        """Nothing to do."""

    async def receive_text(self) -> str:
        """The next frame; then the client leaves."""
        if self._frames:
            return self._frames.pop(0)
        await self._answered.wait()
        raise WebSocketDisconnect(1006)

    async def send_text(self, text: str) -> None:
        """Keep a frame."""
        self.sent.append(text)
        if len(self.sent) == self._answers:
            self._answered.set()

    async def close(self, code: int) -> None:
        """Note the code."""
        self.closed_with = code


def serve(channel, *sockets: FakeWebSocket) -> None:
    async def scenario() -> None:
        undisturbed = Switchboard({}, market_ms=lambda: 0, wall_ms=lambda: 0)
        server = SocketServer(StreamFaults(undisturbed, now_ms=lambda: 0))
        for one in sockets:
            await asyncio.wait_for(server.serve(one, channel), 5)

    asyncio.run(scenario())


def test_frames_are_answered_in_order_and_the_session_is_forgotten() -> None:
    channel, websocket = Parrot(), FakeWebSocket('{"n":1}', "two", answers=2)

    serve(channel, websocket)

    assert websocket.sent == ['{"n": 1}', "two"]
    assert channel.left == ["sim-00000001"]


def test_every_socket_has_a_name_of_its_own() -> None:
    channel = Parrot()

    serve(channel, FakeWebSocket("a", answers=1), FakeWebSocket("b", answers=1))

    assert channel.left == ["sim-00000001", "sim-00000002"]


def test_a_client_too_far_behind_is_cut_off(monkeypatch) -> None:
    monkeypatch.setattr(outbox_module, "MAX_WAITING", 3)
    websocket = FakeWebSocket("{}", answers=99)

    serve(Parrot(times=10), websocket)

    assert websocket.closed_with == 1013


def test_a_client_that_is_gone_while_written_to_is_forgotten() -> None:
    class Gone(FakeWebSocket):
        """Breaks when written to."""

        async def send_text(self, text: str) -> None:
            """Fail as Starlette does."""
            raise WebSocketDisconnect(1006)

    channel = Parrot()

    serve(channel, Gone("a", answers=1))

    assert channel.left == ["sim-00000001"]


def test_a_failure_in_a_channel_ends_its_socket_and_is_not_swallowed() -> None:
    channel = Parrot()

    with pytest.raises(LookupError):
        serve(channel, FakeWebSocket('{"op":"fail"}', answers=1))

    assert channel.left == ["sim-00000001"]
