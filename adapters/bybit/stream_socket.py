"""pybit's WebSocket, reduced to connecting, signing in, pinging and sending.

What is done to pybit 5.17 and why (bybit_v5.md §5.3):
- It never reconnects by itself: it would give up after milliseconds or storm the exchange. Who
  watches builds a new one after a pause.
- Frames go to us as they came. Its own reader dies of an acknowledgement that is too quick, of a
  refused subscription and of any frame it does not expect.
- A login is valid for ten seconds: the one second of its default is used up by a slow exchange.
- Every wait on the wire ends: by default a peer that accepts and says nothing holds it for ever.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from pybit.unified_trading import WebSocket
from websocket import setdefaulttimeout

LOGIN_SECONDS = 10
_ATTEMPTS = 2  # with one, pybit 5.17 fails also when the connection stands


@dataclass(frozen=True, slots=True)
class StreamTimings:
    """How long a socket is waited for.

    `wire` bounds connecting and every single send and receive, `answer` a login or subscription.
    A ping goes out every `ping_every` and must be answered within `ping_answer`, which is less.
    A socket that says nothing at all for `silence`, pings included, is given up.
    """

    wire: timedelta = timedelta(seconds=10)
    answer: timedelta = timedelta(seconds=10)
    ping_every: timedelta = timedelta(seconds=5)
    ping_answer: timedelta = timedelta(seconds=4)
    silence: timedelta = timedelta(seconds=20)


class Listener(Protocol):
    """Who is told what happens on a socket, in the socket's own thread."""

    def heard(self, raw: str | bytes) -> None:
        """A message came."""
        ...

    def pinged(self) -> None:
        """A ping was answered."""
        ...

    def failed(self, failure: str) -> None:
        """The socket's thread ended, or a message could not be dealt with."""
        ...


class PybitSocket(WebSocket):  # type: ignore[misc] # pybit ships no types
    """One connection of a channel, `private` or `linear`. Building it connects."""

    def __init__(
        self,
        origin: str,
        channel: str,
        listener: Listener,
        timings: StreamTimings,
        credentials: tuple[str, str] | None,
    ) -> None:
        self._origin = origin
        self._listener = listener
        key, secret = credentials or (None, None)
        setdefaulttimeout(timings.wire.total_seconds())
        super().__init__(
            channel,
            testnet=False,  # required, and without effect: the address is ours
            api_key=key,
            api_secret=secret,
            ping_interval=timings.ping_every.total_seconds(),
            ping_timeout=timings.ping_answer.total_seconds(),
            retries=_ATTEMPTS,
            restart_on_error=False,
            private_auth_expire=LOGIN_SECONDS,
        )

    def request(self, topic: str) -> None:
        """Ask for a topic; the request's id is the topic itself.

        Not pybit's `subscribe`, which waits for ever on a connection that is gone.
        """
        self.ws.send(json.dumps({"op": "subscribe", "req_id": topic, "args": [topic]}))

    def exit(self) -> None:
        """Close the connection, also one that its peer is closing at the same moment."""
        wire = self.ws.sock
        super().exit()
        if wire is not None:
            wire.shutdown()

    def _connect(self, url: str) -> None:
        super()._connect(self._origin + url[url.index("/v5") :])

    def _on_message(self, message: str | bytes) -> None:
        self._listener.heard(message)

    def _on_pong(self) -> None:
        self._listener.pinged()
        super()._on_pong()

    def _on_error(self, error: Exception) -> None:
        self._listener.failed(f"{type(error).__name__}: {error}")
        # websocket-client leaves a socket open that its peer has closed.
        if self.ws.sock is not None:
            self.ws.sock.shutdown()
