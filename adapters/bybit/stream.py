"""The exchange's own word as it happens: a private and a public WebSocket on pybit.

Messages go out as calls that read them, so that the socket's thread does nothing but hand over.
A stream that fails stays failed: whoever holds it closes it and opens another.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from websocket import WebSocketException

from adapters.bybit.access import ExchangeAccess
from adapters.bybit.masking import Mask
from adapters.bybit.stream_addresses import stream_addresses
from adapters.bybit.stream_frames import Frame, FrameKind, read_frame
from adapters.bybit.stream_handshake import LOGIN, Handshake
from adapters.bybit.stream_rows import PushReader
from adapters.bybit.stream_socket import PybitSocket, StreamTimings
from adapters.bybit.stream_watch import SocketState, Verdict, judge_socket
from trading.errors import ExchangeRetryableError
from trading.pushes import StreamMessage

PRIVATE_TOPICS = ("order", "execution", "position", "wallet")

Unread = Callable[[], StreamMessage]
"""A push that was not looked into yet; reading it raises BadDataError if it makes no sense."""

Deliver = Callable[[Unread], None]
"""Takes pushes in their order, in the socket's thread: it must be quick."""

log = structlog.get_logger()


class BybitStream:
    """One socket with its subscriptions. Use `open_private` or `open_public`."""

    def __init__(
        self, name: str, deliver: Deliver, *, mask: Mask, timings: StreamTimings | None = None
    ) -> None:
        self.name = name
        self.noise: Counter[FrameKind] = Counter()
        self.refused: dict[str, str] = {}
        self._timings = timings or StreamTimings()
        self._deliver = deliver
        self._mask = mask
        self._reader = PushReader()
        self._handshake = Handshake()
        self._socket: PybitSocket | None = None
        self._failure = ""
        self._heard_at = time.monotonic()

    def __repr__(self) -> str:
        return f"BybitStream({self.name!r})"

    def connect(self, origin: str, channel: str, credentials: tuple[str, str] | None) -> None:
        """Connect, and sign in where there are credentials.

        Raises:
            ExchangeRetryableError: no connection, or the login was refused or not answered.
        """
        if credentials:
            self._handshake.expect(LOGIN)
        try:
            self._socket = PybitSocket(origin, channel, self, self._timings, credentials)
        except (WebSocketException, OSError) as error:
            raise ExchangeRetryableError(
                self._no(f"no connection to {origin}: {error}")
            ) from error
        # What an attempt before this one failed of is over; a new failure also disconnects.
        self._failure = ""
        refused = self._handshake.wait(self._timings.answer)
        if refused:
            raise ExchangeRetryableError(self._no(f"login: {refused[LOGIN]}"))

    def subscribe(self, topics: Sequence[str]) -> dict[str, str]:
        """Ask for each topic by itself, for one bad topic fails its whole request.

        Returns: those that were refused or not answered, with the exchange's reason.

        Raises:
            ExchangeRetryableError: the connection broke.
        """
        for topic in topics:
            self._handshake.expect(topic)
        try:
            for topic in topics:
                self._connected.request(topic)
        except (WebSocketException, OSError) as error:
            raise ExchangeRetryableError(self._no(f"subscribing failed: {error}")) from error
        self.refused = self._handshake.wait(self._timings.answer)
        return self.refused

    def fault(self) -> str:
        """Why this stream must be replaced; "" while it is alive."""
        if lost := self._reader.lost_snapshots:
            return f"no snapshot of {', '.join(lost)}"
        socket = self._connected
        state = SocketState(
            is_connected=socket.is_connected(),
            has_exited=socket.exited,
            failure=self._failure,
            heard_before=timedelta(seconds=time.monotonic() - self._heard_at),
        )
        verdict = judge_socket(state, longest_silence=self._timings.silence)
        return "" if verdict is Verdict.ALIVE else f"{verdict} {self._failure}".strip()

    def close(self) -> None:
        """Give the connection back; the stream delivers nothing any more."""
        if self._socket is not None:
            self._socket.exit()

    def heard(self, raw: str | bytes) -> None:
        """Called by the socket for every message."""
        self._heard_at = time.monotonic()
        frame = read_frame(raw)
        match frame.kind:
            case FrameKind.DATA:
                self._deliver(partial(self._reader.read, frame.body, datetime.now(UTC)))
            case FrameKind.LOGIN | FrameKind.SUBSCRIPTION:
                self._handshake.settle(frame)
            case FrameKind.NOISE:
                self._note(frame)
            case FrameKind.PONG:
                pass  # that it was heard is all it says

    def pinged(self) -> None:
        """Called by the socket when a ping frame was answered."""
        self._heard_at = time.monotonic()

    def failed(self, failure: str) -> None:
        """Called by the socket when its thread fails."""
        self._failure = self._mask(failure)

    @property
    def _connected(self) -> PybitSocket:
        if self._socket is None:
            raise ExchangeRetryableError(self._no("it was never connected"))
        return self._socket

    def _note(self, frame: Frame) -> None:
        self.noise[frame.kind] += 1
        # A peer that sends nothing but noise must not fill the disk with it.
        if self.noise[frame.kind] == 1:
            log.warning("stream frame ignored", stream=self.name, frame=self._mask(frame.problem))

    def _no(self, what: str) -> str:
        return f"{self.name} stream: {self._mask(what)}; it is tried again after a pause"


def open_private(
    access: ExchangeAccess, deliver: Deliver, timings: StreamTimings | None = None
) -> BybitStream:
    """What happens to the account: orders, executions, positions, wallet.

    Raises:
        ExchangeRetryableError: no connection, no login or no subscription; nothing is left open.
    """
    key, secret = access.api_key.get_secret_value(), access.api_secret.get_secret_value()
    stream = BybitStream("private", deliver, mask=Mask(key, secret), timings=timings)
    origin = stream_addresses(access.base_url).private
    with ExitStack() as undo:
        undo.callback(stream.close)
        stream.connect(origin, "private", (key, secret))
        refused = stream.subscribe(PRIVATE_TOPICS)
        if refused:
            message = f"private stream: subscriptions refused: {refused}; it is tried again"
            raise ExchangeRetryableError(message)
        undo.pop_all()
    return stream


def open_public(
    access: ExchangeAccess,
    symbols: Sequence[str],
    deliver: Deliver,
    timings: StreamTimings | None = None,
) -> BybitStream:
    """The prices of `symbols`. A symbol that the exchange refuses is logged and left out.

    Raises:
        ExchangeRetryableError: no connection, or no symbol was accepted; nothing is left open.
    """
    stream = BybitStream("public", deliver, mask=Mask(), timings=timings)
    origin = stream_addresses(access.base_url).public
    topics = [f"tickers.{symbol}" for symbol in symbols]
    with ExitStack() as undo:
        undo.callback(stream.close)
        stream.connect(origin, "linear", None)
        refused = stream.subscribe(topics)
        if refused:
            log.warning("subscriptions refused", stream=stream.name, refused=refused)
        if topics and len(refused) == len(topics):
            message = f"public stream: every subscription was refused: {refused}"
            raise ExchangeRetryableError(message)
        undo.pop_all()
    return stream


def silence_libraries() -> None:
    """Keep pybit's and websocket-client's own log lines out: we say what happens, once."""
    for name in ("pybit._websocket_stream", "websocket"):
        logging.getLogger(name).disabled = True
