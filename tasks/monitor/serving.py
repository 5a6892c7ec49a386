"""The monitor as a whole: stand by for the seat, serve a term, and again until told to stop."""

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from threading import Event

import structlog
from sqlalchemy import Engine

from db.engine import UNREACHABLE
from db.keys import AccountKey
from db.seat import Seat, SeatLostError
from tasks.monitor.checking import EVERY
from tasks.monitor.sockets import Sockets
from tasks.monitor.standby import wait_for_seat
from tasks.monitor.tally import Tally
from tasks.monitor.term import Term
from tasks.resources import Resources
from trading.backoff import Backoff
from trading.errors import (
    ExchangeError,
    ExchangeOutcomeUnknownError,
    ExchangeRetryableError,
)

_PAUSES = Backoff(timedelta(seconds=1), timedelta(seconds=30))
_PASSING = (SeatLostError, ExchangeRetryableError, ExchangeOutcomeUnknownError)

log = structlog.get_logger()


class Phase(StrEnum):
    """What a monitor is doing."""

    STANDBY = "standby"
    STARTING = "starting"
    ACTIVE = "active"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a monitor serves and with what.

    `open_resources` gives a term what it works with. `at_most` ends the monitor so long after the
    sockets stood; None never does. The stream is held against REST every `check_every`.
    """

    engine: Engine
    account: AccountKey
    open_resources: Callable[[], AbstractContextManager[Resources]]
    sockets: Sockets
    at_most: timedelta | None = None
    check_every: timedelta = EVERY


class Monitor:
    """Serves an account. `tell` hears of every change of phase, with a few words on it."""

    def __init__(self, plan: Plan, tally: Tally, tell: Callable[[Phase, str], None]) -> None:
        self._plan = plan
        self._tally = tally
        self._tell = tell
        self._has_stood = False
        self._failures = 0

    def serve(self, stop: Event) -> None:
        """Serve until `stop`, or for as long as the plan says.

        An exchange that does not answer is waited for. So is a database that goes away, once the
        monitor has been active or standing by.

        Raises:
            MisconfiguredError: at the start: a wrong setting, or a database out of reach.
            ExchangeRefusedError: at the start: the exchange refuses the key.
        """
        while not stop.is_set():
            try:
                self._serve_once(stop)
            except (ExchangeError, SeatLostError, *UNREACHABLE) as error:
                if not (self._has_stood or isinstance(error, _PASSING)):
                    raise
                self._recover(error, stop)
            else:
                return

    def _recover(self, error: Exception, stop: Event) -> None:
        self._failures += 1
        log.warning("monitor interrupted", reason=str(error), failures=self._failures)
        self._tell(Phase.INTERRUPTED, str(error))
        pause = _PAUSES.pause(self._failures, random.random())  # noqa: S311 -- no secret
        stop.wait(pause.total_seconds())

    def _serve_once(self, stop: Event) -> None:
        seat = wait_for_seat(
            self._plan.engine, self._plan.account, stop, waiting=self._standing_by
        )
        if seat is None:
            return
        try:
            self._serve_term(seat, stop)
        finally:
            seat.give_back()

    def _serve_term(self, seat: Seat, stop: Event) -> None:
        self._tell(Phase.STARTING, "connecting to the exchange")
        with self._plan.open_resources() as resources:
            Term(seat, resources, self._plan.sockets, self._tally).serve(
                stop,
                connected=self._connected,
                at_most=self._plan.at_most,
                check_every=self._plan.check_every,
            )

    def _standing_by(self) -> None:
        self._has_stood = True
        self._tell(Phase.STANDBY, "another monitor serves this account")

    def _connected(self) -> None:
        self._has_stood, self._failures = True, 0
        self._tell(Phase.ACTIVE, "both streams are open")
