"""No body is read for longer than its call may take, nor beyond the largest size.

The HTTP library bounds each wait for the next bytes; a server that sends one byte now and then
would hold a cycle for ever.
"""

from collections.abc import Callable, Iterator

import httpx2

LARGEST_BODY = 16_000_000
"""Bytes. The longest answers of models are about a hundredth of it."""

_UNTIL = "autotrader.until"
_BEGAN = "autotrader.began"


class UnreadableBodyError(Exception):
    """A body that is not read to its end: too large, or packed so that its size is unknown."""


class BoundedBodies:
    """Event hooks of an HTTP client. The pool time-out of a request is its time for everything."""

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self._elapsed = elapsed

    def before(self, request: httpx2.Request) -> None:
        """Note when the request has to be over."""
        within: float = request.extensions["timeout"]["pool"]
        request.extensions[_UNTIL] = self._elapsed() + within

    def after(self, response: httpx2.Response) -> None:
        """Read the body within bounds only. A packed one could be a thousand times its size."""
        response.extensions[_BEGAN] = self._elapsed()
        packing = response.headers.get("content-encoding", "identity")
        if packing != "identity":
            message = f"the answer is packed ({packing}) though plain text was asked for"
            raise UnreadableBodyError(message)
        if not isinstance(response.stream, httpx2.SyncByteStream):
            return
        until: float = response.request.extensions[_UNTIL]
        timeouts = response.request.extensions["timeout"]
        # The headers took their share: what is left is all that the first bytes of the body get.
        timeouts["read"] = min(timeouts["read"], max(until - self._elapsed(), 0.001))
        response.stream = _BoundedBody(response.stream, until, self._elapsed)


def began(response: httpx2.Response) -> float | None:
    """When the head of the answer came, by the clock of the bodies."""
    moment: float | None = response.extensions.get(_BEGAN)
    return moment


class _BoundedBody(httpx2.SyncByteStream):
    def __init__(
        self, stream: httpx2.SyncByteStream, until: float, elapsed: Callable[[], float]
    ) -> None:
        self._stream, self._until, self._elapsed = stream, until, elapsed

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in self._stream:
            size += len(chunk)
            if size > LARGEST_BODY:
                message = f"the answer is larger than {LARGEST_BODY // 1_000_000} MB"
                raise UnreadableBodyError(message)
            if self._elapsed() > self._until:
                message = "the answer was still coming when its time was up"
                raise httpx2.ReadTimeout(message)
            yield chunk

    def close(self) -> None:
        """Give the connection back."""
        self._stream.close()
