"""One term of an active monitor: from the seat until it is lost, or the monitor is to stop."""

import math
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event

from db.repositories import heartbeats
from db.seat import Seat
from db.unit_of_work import read_session
from tasks.monitor.checking import EVERY, Checker, Outcomes
from tasks.monitor.delivered import Delivered
from tasks.monitor.guardian import Guardian
from tasks.monitor.inbox import Inbox
from tasks.monitor.keeping import KeptSocket
from tasks.monitor.reconciler import Reconciler
from tasks.monitor.sockets import Sockets
from tasks.monitor.tally import Tally
from tasks.monitor.writer import Listeners, Writer
from tasks.protection import ensure_protected
from tasks.resources import Resources
from tasks.sync import synchronise

_LOOK_EVERY_SECONDS = 0.1


class Term:
    """The threads of an active monitor: writer, two sockets, reconciler, guardian, checker."""

    def __init__(self, seat: Seat, resources: Resources, sockets: Sockets, tally: Tally) -> None:
        self._resources = resources
        self._stop = Event()
        delivered, inbox = Delivered(), Inbox()
        self._reconciler = Reconciler(lambda: synchronise(resources), tally)
        self._guardian = Guardian(lambda symbol: ensure_protected(resources, symbol), tally)
        self._writer = Writer(
            seat,
            resources.desk.account,
            inbox,
            tally,
            delivered=delivered,
            listeners=Listeners(
                self._reconciler.ask, self._guardian.tell, resources.asking.recipient
            ),
        )
        self._private = KeptSocket(
            "private", sockets.private, inbox.put, tally, opened=self._private_opened
        )
        self._public = KeptSocket("public", sockets.public, inbox.put, tally, opened=lambda: None)
        self._checker = Checker(
            resources.gateway,
            resources.now,
            resources.desk.symbols,
            delivered,
            tally,
            outcomes=Outcomes(
                private=self._private.give_up,
                public=self._public.give_up,
                sync=self._reconciler.ask,
                vouch=self._vouch,
            ),
        )

    def serve(
        self,
        stop: Event,
        *,
        connected: Callable[[], None],
        at_most: timedelta | None = None,
        check_every: timedelta = EVERY,
    ) -> None:
        """Serve until `stop`, or for `at_most` after both sockets stood for the first time.

        Raises:
            SeatLostError: the database connection broke; another monitor may take over.
        """
        with ThreadPoolExecutor(max_workers=6, thread_name_prefix="monitor") as threads:
            try:
                running = [
                    threads.submit(self._private.run, self._stop),
                    threads.submit(self._public.run, self._stop),
                    threads.submit(self._reconciler.run, self._stop),
                    threads.submit(self._guardian.run, self._stop),
                    threads.submit(self._checker.run, self._stop, every=check_every),
                    threads.submit(self._write),
                ]
                _watch(running, stop, self._is_connected, connected, at_most)
            finally:
                # The pool waits for its threads: each sees this within a second.
                self._stop.set()

    def _write(self) -> None:
        # What happened before the first sync of an account is none of the desk's: a row from the
        # stream would move the beginning.
        while not (self._was_synchronised() or self._reconciler.has_succeeded.is_set()):
            if self._stop.wait(_LOOK_EVERY_SECONDS):
                return
        self._writer.run(self._stop)

    def _was_synchronised(self) -> bool:
        with read_session(self._resources.sessions) as session:
            account = self._resources.desk.account
            return heartbeats.last_beat_at(session, account, "sync") is not None

    def _private_opened(self) -> None:
        self._checker.private_opened()
        self._reconciler.ask("the private stream was opened")

    def _vouch(self, at: datetime) -> None:
        if self._is_connected():
            self._writer.vouch(at)

    def _is_connected(self) -> bool:
        return self._private.is_open and self._public.is_open


def _watch(
    running: list[Future[None]],
    stop: Event,
    is_connected: Callable[[], bool],
    connected: Callable[[], None],
    at_most: timedelta | None,
) -> None:
    """Return when it is time to stop; raise what ended a thread."""
    lasts = math.inf if at_most is None else at_most.total_seconds()
    since: float | None = None
    while not stop.wait(_LOOK_EVERY_SECONDS):
        for thread in running:
            if thread.done():
                thread.result()
        if since is None and is_connected():
            since = time.monotonic()
            connected()
        if since is not None and time.monotonic() - since >= lasts:
            return
