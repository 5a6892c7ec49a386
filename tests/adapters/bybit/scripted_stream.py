"""A scripted stream on loopback: a real WebSocket server whose frames the test chooses."""

import json
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

Speak = Callable[["Line"], None]


class Line:
    """One connection, seen from the server."""

    def __init__(self, connection: ServerConnection, ended: Event) -> None:
        self._connection = connection
        self.ended = ended
        self.path = connection.request.path if connection.request else ""

    def receive(self) -> dict[str, Any]:
        """The next request."""
        found: dict[str, Any] = json.loads(self._connection.recv())
        return found

    def send(self, frame: object) -> None:
        """A frame: text as it is, anything else as JSON."""
        self._connection.send(frame if isinstance(frame, str) else json.dumps(frame))

    def close(self, code: int = 1000) -> None:
        """Say goodbye."""
        self._connection.close(code)

    def grant(self, requests: int) -> None:
        """Answer so many requests with yes."""
        for _ in range(requests):
            self.answer(self.receive())

    def answer(self, request: dict[str, Any], problem: str = "") -> None:
        """Answer one request."""
        self.send(
            {
                "success": not problem,
                "ret_msg": problem,
                "op": request["op"],
                "req_id": request.get("req_id", ""),
                "conn_id": "scripted",
            }
        )

    def stay(self) -> None:
        """Answer every text ping until the client leaves or the test ends."""
        while not self.ended.is_set():
            try:
                request = self.receive()
            except ConnectionClosed:
                return
            if request["op"] == "ping":
                self.send({"op": "pong", "args": ["1"], "conn_id": "scripted"})


class ScriptedStream:
    """Plays a script with every client that connects."""

    def __init__(self, speak: Speak) -> None:
        self._speak = speak
        self._ended = Event()
        self.connections = 0
        self._server: Server = serve(self._play, "127.0.0.1", 0)
        self._thread = Thread(target=self._server.serve_forever)
        self._thread.start()
        host, port = self._server.socket.getsockname()[:2]
        self.url = f"http://{host}:{port}"

    def close(self) -> None:
        self._ended.set()
        self._server.shutdown()
        self._thread.join(10)

    def _play(self, connection: ServerConnection) -> None:
        self.connections += 1
        line = Line(connection, self._ended)
        try:
            self._speak(line)
        except ConnectionClosed:
            return


class Received:
    """What a stream delivered, to be waited for."""

    def __init__(self) -> None:
        self._pushes: SimpleQueue[Any] = SimpleQueue()

    def __call__(self, push: Any) -> None:
        self._pushes.put(push)

    def next(self) -> Any:
        """The next push, read."""
        return self._pushes.get(timeout=10)()

    def is_empty(self) -> bool:
        try:
            self._pushes.get_nowait()
        except Empty:
            return True
        return False
