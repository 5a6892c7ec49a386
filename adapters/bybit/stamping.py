"""Note that a request leaves, in the last moment before it does, and stamp it with that moment.

Bybit accepts a signed request while `now <= timestamp + receive window` (bybit_v5.md §1.1). The
desk notes in its database that an order leaves, and may give it up once the window has passed. A
process that is stopped between the note and the socket would wake up and send an order that
others have given up, and pybit would stamp it as fresh. Here the stamp is read before the note is
written: however long the process stood still in between, the exchange refuses what is too old.
The note comes after every wait for a rate limit, so that no time of the window is lost to it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from pybit.unified_trading import HTTP

from adapters.bybit.parsing import ms_of_moment

Note = Callable[[], None]
"""Called when a request is about to leave; what it raises keeps the request back."""

_note: ContextVar[Note | None] = ContextVar("note", default=None)


class StampedHTTP(HTTP):  # type: ignore[misc]
    """pybit's session, which tells when a request leaves."""

    def _prepare_headers(self, payload: str, recv_window: int, *rest: str) -> dict[str, str]:
        note = _note.get()
        if note is not None:
            # Read first: what happens from here on, a stop included, makes the request older.
            leaving_ms = ms_of_moment(datetime.now(UTC))
            with noted(None):  # a request that the note itself makes is not noted
                note()
        headers: dict[str, str] = super()._prepare_headers(payload, recv_window, *rest)
        if note is None:
            return headers
        signature: str = self._auth(payload=payload, recv_window=recv_window, timestamp=leaving_ms)
        return headers | {"X-BAPI-SIGN": signature, "X-BAPI-TIMESTAMP": str(leaving_ms)}


@contextmanager
def noted(note: Note | None) -> Iterator[None]:
    """Within the block, each request of this thread calls `note` in its last moment here."""
    token = _note.set(note)
    try:
        yield
    finally:
        _note.reset(token)
