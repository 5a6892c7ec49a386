"""A model server on loopback that answers what a test put in its queue, in order."""

import json
import threading
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Scripted:
    """One answer. `declared` is the length the header tells; the rest of it never comes."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    declared: int | None = None
    is_dropped: bool = False
    is_silent: bool = False


@dataclass(frozen=True)
class Asked:
    """One request as it arrived; names of headers in lower case."""

    path: str
    headers: dict[str, str]
    body: dict[str, object]


def as_json(value: object, *, status: int = 200, **headers: str) -> Scripted:
    """`value` as the body; underscores in names of headers become dashes."""
    named = {name.replace("_", "-"): told for name, told in headers.items()}
    return Scripted(status, json.dumps(value).encode(), named)


def error(status: int, message: str = "no", **named: object) -> Scripted:
    """An error as OpenAI words it."""
    return as_json({"error": {"message": message, **named}}, status=status)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Some clients are meant to hang up."""


class ScriptedModelServer:
    """Listens on a free port until it is closed."""

    def __init__(self) -> None:
        self.answers: deque[Scripted] = deque()
        self.asked: list[Asked] = []
        self._is_over = threading.Event()
        self._http = _Server(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def forget(self) -> None:
        self.answers.clear()
        self.asked.clear()

    def close(self) -> None:
        self._is_over.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("content-length", "0"))
        body = json.loads(handler.rfile.read(length) or b"{}")
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.asked.append(Asked(handler.path, headers, body))
        answer = self.answers.popleft()
        if answer.is_silent:
            self._is_over.wait()
        if answer.is_dropped or answer.is_silent:
            handler.close_connection = True
            return
        handler.send_response(answer.status)
        length = len(answer.body) if answer.declared is None else answer.declared
        for name, value in {"content-length": str(length), **answer.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(answer.body)
        handler.close_connection = answer.declared is not None

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        take = self.take

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # or a body waits 40 ms for its headers

            def do_POST(self) -> None:
                take(self)

            def do_GET(self) -> None:
                take(self)

            def log_message(self, *_words: object) -> None:
                """Tests print nothing."""

        return Handler
