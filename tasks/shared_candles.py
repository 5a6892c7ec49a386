"""Candles of one slot that every symbol of a cycle looks at: fetched once, by whoever is first."""

from collections.abc import Callable
from datetime import datetime
from threading import Lock

from trading.candles import Candle

Fetch = Callable[[], tuple[Candle, ...]]


class SharedCandles:
    """The candles as of one moment, those of the latest slot only; safe to share between threads.

    Whoever comes while they are fetched waits for them. None at all are an answer as well: what
    the exchange did not give to the first symbol is not asked for by forty-nine others.
    """

    def __init__(self) -> None:
        self._turn = Lock()
        self._as_of: datetime | None = None
        self._candles: tuple[Candle, ...] = ()

    def at(self, as_of: datetime, fetch: Fetch) -> tuple[Candle, ...]:
        """The candles as of `as_of`, by `fetch` if nobody has asked for them before."""
        with self._turn:
            if self._as_of != as_of:
                self._candles = fetch()
                self._as_of = as_of
            return self._candles
