"""A monitor in threads of the test, on a real exchange process and a real Postgres."""

import json
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import timedelta
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any

import psycopg
import pytest
from pydantic import SecretStr

from adapters.bybit.access import ExchangeAccess
from adapters.bybit.stream import open_private, open_public
from adapters.bybit.stream_socket import StreamTimings
from db.engine import EngineOptions, create_engine, parse_url
from tasks.monitor.serving import Monitor, Phase, Plan
from tasks.monitor.sockets import Sockets
from tasks.monitor.tally import Tally
from tasks.resources import Resources
from tests.fixtures.desk_fixtures import (
    OpenDesk,
    open_desk,
    owner,
    unhurried_reads,
    venue,
)
from tests.fixtures.eventually import PATIENCE_SECONDS
from tests.fixtures.simulator import Venue, open_venue

__all__ = [
    "open_desk",
    "open_venue",
    "owner",
    "unhurried_reads",
    "venue",
]

QUICK = StreamTimings(
    wire=timedelta(seconds=2),
    answer=timedelta(seconds=2),
    ping_every=timedelta(seconds=1),
    ping_answer=timedelta(seconds=0.8),
    silence=timedelta(seconds=3),
)


class News:
    """What the database announces, as a listener of its own hears it."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._waiting: deque[dict[str, Any]] = deque()
        self.heard: list[dict[str, Any]] = []

    def wait_for(self, topic: str) -> dict[str, Any]:
        """The next announcement of a topic."""
        while True:
            told = self._next(topic)
            self.heard.append(told)
            if told["topic"] == topic:
                return told

    def _next(self, topic: str) -> dict[str, Any]:
        if not self._waiting:
            # Several arrive at once: all are kept, for the generator forgets what it did not give.
            arrived = self._connection.notifies(timeout=PATIENCE_SECONDS, stop_after=1)
            self._waiting.extend(json.loads(notify.payload) for notify in arrived)
        assert self._waiting, f"no news of {topic}; heard: {self.heard}"
        return self._waiting.popleft()


@pytest.fixture
def news(desk_database_url: str) -> Iterator[News]:
    """A listener on the desks' database."""
    url = parse_url(desk_database_url).set(drivername="postgresql")
    plain = url.render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("LISTEN autotrader_events")
        yield News(connection)


class Running:
    """A monitor that serves in a thread."""

    def __init__(self, plan: Plan) -> None:
        self.tally = Tally()
        self.stop = Event()
        self.phases: SimpleQueue[Phase] = SimpleQueue()
        self.failure: Exception | None = None
        monitor = Monitor(plan, self.tally, lambda phase, _: self.phases.put(phase))
        self._thread = Thread(target=self._serve, args=(monitor,))
        self._thread.start()

    def wait_for(self, phase: Phase) -> None:
        """Return when the monitor is in `phase`."""
        while self.phases.get(timeout=PATIENCE_SECONDS) is not phase:
            pass

    def join(self) -> None:
        self._thread.join(PATIENCE_SECONDS)
        assert not self._thread.is_alive()

    def end(self) -> None:
        self.stop.set()
        self.join()

    def _serve(self, monitor: Monitor) -> None:
        try:
            monitor.serve(self.stop)
        except Exception as error:  # noqa: BLE001 -- the test looks at it
            self.failure = error


def sockets_of(rest: str, venue: Venue, symbols: tuple[str, ...]) -> Sockets:
    access = ExchangeAccess(rest, SecretStr(venue.api_key), SecretStr(venue.api_secret))
    return Sockets(
        private=lambda deliver: open_private(access, deliver, QUICK),
        public=lambda deliver: open_public(access, symbols, deliver, QUICK),
    )


StartMonitor = Callable[..., Running]


@contextmanager
def monitors(venue: Venue, url: str, stack: ExitStack) -> Iterator[StartMonitor]:
    """Starts monitors; all end with the block."""

    def start(resources: Resources, **changed: Any) -> Running:
        engine = create_engine(url, EngineOptions(application_name="monitor-test"))
        stack.callback(engine.dispose)
        fields: dict[str, Any] = {
            "engine": engine,
            "account": resources.desk.account,
            "open_resources": lambda: nullcontext(resources),
            "sockets": sockets_of(venue.rest, venue, resources.desk.symbols),
            "check_every": timedelta(seconds=1),
        }
        running = Running(Plan(**(fields | changed)))
        stack.callback(running.end)
        return running

    with stack:
        yield start


@pytest.fixture
def start_monitor(venue: Venue, desk_database_url: str) -> Iterator[StartMonitor]:
    with monitors(venue, desk_database_url, ExitStack()) as start:
        yield start


@pytest.fixture
def desk(open_desk: OpenDesk) -> Resources:
    """A desk of the test's exchange; its account was never seen."""
    return open_desk()
