"""Protects a position the moment the stream tells that it may stand without its stop."""

import random
from collections.abc import Callable, Iterable
from datetime import timedelta
from threading import Event, Lock

import structlog

from tasks.guarding import Guarded
from tasks.monitor.reconciler import PASSING
from tasks.monitor.tally import Seen, Tally
from trading.backoff import Backoff
from trading.orders import Order, OrderStatus, StopKind
from trading.positions import Position
from trading.pushes import PushedRow

_PAUSES = Backoff(timedelta(milliseconds=100), timedelta(seconds=5))
_LOOK_EVERY_SECONDS = 0.2
_STOPS = frozenset({StopKind.STOP_LOSS, StopKind.TRAILING_STOP, StopKind.STOP})
_ENDED_UNUSED = frozenset({OrderStatus.CANCELLED, OrderStatus.REJECTED, OrderStatus.DEACTIVATED})

log = structlog.get_logger()

Protect = Callable[[str], Guarded | None]
"""Looks at a symbol by REST, and protects or closes its position if it must."""


class Guardian:
    """Looks after every symbol it was told of, again and again until its position is covered."""

    def __init__(self, protect: Protect, tally: Tally) -> None:
        self._protect = protect
        self._tally = tally
        self._lock = Lock()
        self._symbols: set[str] = set()
        self._told = Event()

    def tell(self, rows: Iterable[PushedRow]) -> None:
        """Have a look at every symbol whose rows say that a stop is missing or has ended."""
        endangered = {symbol for row in rows if (symbol := _endangered(row))}
        if not endangered:
            return
        with self._lock:
            self._symbols |= endangered
        self._told.set()

    def run(self, stop: Event) -> None:
        """Guard until `stop`."""
        failures = 0
        while not stop.is_set():
            if not self._told.wait(_LOOK_EVERY_SECONDS):
                continue
            unsettled = {symbol for symbol in self._take() if not self._is_settled(symbol)}
            if not unsettled:
                failures = 0
                continue
            failures += 1
            with self._lock:
                self._symbols |= unsettled
            self._told.set()
            stop.wait(_PAUSES.pause(failures, random.random()).total_seconds())  # noqa: S311

    def _take(self) -> set[str]:
        # Cleared before the look: what is told while it lasts asks for another one.
        self._told.clear()
        with self._lock:
            taken, self._symbols = self._symbols, set()
        return taken

    def _is_settled(self, symbol: str) -> bool:
        self._tally.add(Seen.GUARDED)
        try:
            guarded = self._protect(symbol)
        except PASSING as error:
            log.warning("position could not be guarded", symbol=symbol, reason=str(error))
            return False
        return guarded is None or guarded.outcome.is_settled


def _endangered(row: PushedRow) -> str:
    """The symbol whose position may stand without a stop by this row; "" if none does."""
    match row:
        case Order() if row.stop_kind in _STOPS and row.status in _ENDED_UNUSED:
            return row.symbol
        case Position() if row.stop_loss is None:
            return row.symbol
        case _:
            return ""
