"""One socket kept open: watched, and replaced by another when it fails, after a pause."""

import random
import time
from collections.abc import Callable
from datetime import timedelta
from threading import Event

import structlog

from tasks.monitor.sockets import Deliver, OpenSocket, Socket
from tasks.monitor.tally import Seen, Tally
from trading.backoff import Backoff
from trading.errors import ExchangeError

PAUSES = Backoff(timedelta(milliseconds=500), timedelta(seconds=30))
"""Between attempts. The exchange allows 500 connections in five minutes (bybit_v5.md §1.2); this
makes no more than 40 in the first five, and 20 in any later."""

_HEALTHY_SECONDS = 60.0  # after so long a socket has proven itself, and pauses begin small again
_LOOK_EVERY_SECONDS = 0.2
_ALARMING = 3  # failures in a row

log = structlog.get_logger()


class KeptSocket:
    """Opens a socket again and again; each one until it fails or is given up."""

    def __init__(
        self,
        name: str,
        open_socket: OpenSocket,
        deliver: Deliver,
        tally: Tally,
        *,
        opened: Callable[[], None],
        pauses: Backoff = PAUSES,
    ) -> None:
        self._name = name
        self._open_socket = open_socket
        self._deliver = deliver
        self._tally = tally
        self._opened = opened
        self._pauses = pauses
        self._given_up = ""
        self.is_open = False

    def give_up(self, why: str) -> None:
        """Have the socket replaced, for a reason that it cannot see itself."""
        self._given_up = why

    def run(self, stop: Event) -> None:
        """Keep a socket open until `stop`."""
        failures = 0
        while not stop.is_set():
            lived, fault = self._one_socket(stop)
            if stop.is_set():
                return
            failures = 1 if lived >= _HEALTHY_SECONDS else failures + 1
            pause = self._pauses.pause(failures, random.random())  # noqa: S311
            tell = log.error if failures >= _ALARMING else log.warning
            tell(
                "stream lost",
                stream=self._name,
                fault=fault,
                failures=failures,
                again_in_seconds=round(pause.total_seconds(), 1),
            )
            stop.wait(pause.total_seconds())

    def _one_socket(self, stop: Event) -> tuple[float, str]:
        """How long one socket lived in seconds, and what ended it."""
        try:
            socket = self._open_socket(self._deliver)
        except ExchangeError as error:
            self._tally.add(Seen.FAILED_CONNECTIONS)
            return 0.0, str(error)
        began = time.monotonic()
        try:
            self._tally.add(Seen.CONNECTIONS)
            self._given_up = ""
            self._opened()
            self.is_open = True
            log.info("stream open", stream=self._name)
            fault = self._watch(socket, stop)
        except ExchangeError as error:
            fault = str(error)
        finally:
            self.is_open = False
            socket.close()
        if fault:
            self._tally.add(Seen.FAULTS)
        return time.monotonic() - began, fault

    def _watch(self, socket: Socket, stop: Event) -> str:
        while not stop.wait(_LOOK_EVERY_SECONDS):
            fault = socket.fault() or self._given_up
            if fault:
                return fault
        return ""
