"""A scripted exchange on loopback: real sockets, answers chosen by the test."""

import json
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr

from adapters.bybit.access import ExchangeAccess
from trading import risk
from trading.orders import OrderRequest, OrderType, Side
from trading.risk import Approved

API_KEY = "KeyThatMustNeverShow1"
API_SECRET = "SecretThatMustNeverShow2"
ANSWERED_AT_MS = 1_700_000_000_000


@dataclass(frozen=True)
class Reply:
    """What the scripted exchange does with a request."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    how: str = "whole"  # whole | truncated | reset | hang


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    raw_query: str
    body: dict[str, object]
    headers: dict[str, str]

    @property
    def parameters(self) -> dict[str, object]:
        return dict(self.query) | self.body


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # twenty threads connect at once


class ScriptedExchange:
    """Answers each path with its script: replies used up in order, or a function."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self._scripts: dict[str, list[Reply] | Callable[[Seen], Reply]] = {}
        self._closing = Event()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def script(self, path: str, *replies: Reply) -> None:
        """Answer `path` with these replies in turn; the last one stays."""
        self._scripts[path] = list(replies)

    def compute(self, path: str, reply: Callable[[Seen], Reply]) -> None:
        """Answer `path` with a function of the request."""
        self._scripts[path] = reply

    def calls(self, path: str) -> list[Seen]:
        """The requests to `path`, in order."""
        return [seen for seen in self.seen if seen.path == path]

    def close(self) -> None:
        """Stop, letting go of hung requests."""
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _reply_to(self, seen: Seen) -> Reply:
        self.seen.append(seen)
        script = self._scripts.get(seen.path)
        if script is None:
            return Reply(b"no script for this path", status=404)
        if callable(script):
            return script(seen)
        return script.pop(0) if len(script) > 1 else script[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        exchange = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._answer("GET")

            def do_POST(self) -> None:
                self._answer("POST")

            def log_message(self, *_arguments: object) -> None:
                pass

            def _answer(self, method: str) -> None:
                parts = urlsplit(self.path)
                sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                reply = exchange._reply_to(
                    Seen(
                        method=method,
                        path=parts.path,
                        query={name: values[0] for name, values in parse_qs(parts.query).items()},
                        raw_query=parts.query,
                        body=json.loads(sent) if sent else {},
                        headers=dict(self.headers),
                    )
                )
                if reply.how == "hang":
                    exchange._closing.wait(5)
                if reply.how in {"hang", "reset"}:
                    self._reset()
                    return
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                cut = len(reply.body) // 2 if reply.how == "truncated" else len(reply.body)
                self.wfile.write(reply.body[:cut])
                self.close_connection = self.close_connection or reply.how == "truncated"

            def _reset(self) -> None:
                # Linger 0 makes the close a TCP reset, as a crashed gateway would.
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.close_connection = True

        return Handler


def ok(result: object, *, time_ms: int = ANSWERED_AT_MS) -> Reply:
    """A plain success."""
    return envelope(0, "OK", result, time_ms=time_ms)


def listed(*rows: object, cursor: str = "", time_ms: int = ANSWERED_AT_MS) -> Reply:
    """A success with rows and a cursor."""
    return ok({"list": list(rows), "nextPageCursor": cursor}, time_ms=time_ms)


def envelope(
    code: object, text: str, result: object = None, *, time_ms: int = ANSWERED_AT_MS
) -> Reply:
    """An answer with a retCode."""
    body = {
        "retCode": code,
        "retMsg": text,
        "result": {} if result is None else result,
        "retExtInfo": {},
        "time": time_ms,
    }
    return Reply(json.dumps(body).encode())


def access_to(url: str, **changes: object) -> ExchangeAccess:
    """Access with the test key and a short time-out."""
    fields: dict[str, object] = {
        "base_url": url,
        "api_key": SecretStr(API_KEY),
        "api_secret": SecretStr(API_SECRET),
        "timeout": timedelta(milliseconds=300),
    }
    return ExchangeAccess(**(fields | changes))  # type: ignore[arg-type]


def entry(**changes: object) -> OrderRequest:
    """A market order that opens a long with stop and target."""
    fields: dict[str, object] = {
        "link_id": "at-entry-1",
        "symbol": "BTCUSDT",
        "side": Side.BUY,
        "order_type": OrderType.MARKET,
        "quantity": Decimal("0.010"),
        "stop_loss": Decimal("29000.0"),
        "take_profit": Decimal("33000.0"),
    }
    return OrderRequest(**(fields | changes))  # type: ignore[arg-type]


def approved(order: OrderRequest) -> Approved:
    """The order as if the risk review had let it through."""
    return Approved(order, Decimal(0), Decimal(0), None, seal=risk._SEAL)
