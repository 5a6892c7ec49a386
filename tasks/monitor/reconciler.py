"""Reads the account by REST whenever the stream may have missed something."""

import random
from collections.abc import Callable
from datetime import timedelta
from threading import Event

import structlog

from db.engine import UNREACHABLE
from tasks.monitor.tally import Seen, Tally
from trading.backoff import Backoff
from trading.errors import BadDataError, ExchangeError

PASSING = (ExchangeError, BadDataError, *UNREACHABLE)
"""What may pass by itself: an exchange or a database that is away. Anything else is a bug."""

_PAUSES = Backoff(timedelta(seconds=1), timedelta(seconds=30))
_GATHER_SECONDS = 0.2  # reasons come in swarms; one reading serves them all

log = structlog.get_logger()


class Reconciler:
    """Synchronises when asked, once for all who asked meanwhile, until it succeeds."""

    def __init__(self, synchronise: Callable[[], object], tally: Tally) -> None:
        self._synchronise = synchronise
        self._tally = tally
        self._asked = Event()
        self.has_succeeded = Event()

    def ask(self, why: str) -> None:
        """Have the account read soon."""
        if not self._asked.is_set():
            log.info("sync asked for", why=why)
        self._asked.set()

    def run(self, stop: Event) -> None:
        """Answer requests until `stop`."""
        failures = 0
        while not stop.is_set():
            if not self._asked.wait(_GATHER_SECONDS):
                continue
            stop.wait(_GATHER_SECONDS)
            # Before the reading: who asks while it runs is not served by it.
            self._asked.clear()
            if self._reads():
                failures = 0
                continue
            failures += 1
            self._asked.set()
            stop.wait(_PAUSES.pause(failures, random.random()).total_seconds())  # noqa: S311

    def _reads(self) -> bool:
        try:
            self._synchronise()
        except PASSING as error:
            self._tally.add(Seen.FAILED_RECONCILIATIONS)
            log.warning("sync failed", reason=str(error))
            return False
        self._tally.add(Seen.RECONCILIATIONS)
        self.has_succeeded.set()
        return True
