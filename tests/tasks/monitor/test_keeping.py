"""One socket kept open: replaced when it fails, with pauses, and never more often than allowed."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread

from tasks.monitor.keeping import PAUSES, KeptSocket
from tasks.monitor.sockets import Deliver, Socket
from tasks.monitor.tally import Seen, Tally
from tests.fixtures.eventually import PATIENCE_SECONDS, eventually
from trading.backoff import Backoff
from trading.errors import ExchangeRetryableError

AT_ONCE = Backoff(timedelta(milliseconds=1), timedelta(milliseconds=2))


class FakeSocket:
    """Alive until the test says what is wrong with it."""

    def __init__(self) -> None:
        self.wrong = ""
        self.is_closed = False

    def fault(self) -> str:
        return self.wrong

    def close(self) -> None:
        self.is_closed = True


class Exchange:
    """Opens sockets, or refuses to for the first few times."""

    def __init__(self, refusals: int = 0) -> None:
        self.sockets: list[FakeSocket] = []
        self._refusals = refusals

    def __call__(self, _deliver: Deliver) -> Socket:
        if self._refusals:
            self._refusals -= 1
            raise ExchangeRetryableError("nobody there")
        self.sockets.append(FakeSocket())
        return self.sockets[-1]


class Kept:
    """A kept socket that runs."""

    def __init__(self, exchange: Exchange, opened: Callable[[], None] = lambda: None) -> None:
        self.tally, self._stop = Tally(), Event()
        self.socket = KeptSocket(
            "test", exchange, lambda _: None, self.tally, opened=opened, pauses=AT_ONCE
        )
        self._thread = Thread(target=self.socket.run, args=(self._stop,))
        self._thread.start()

    def __enter__(self) -> "Kept":
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join(PATIENCE_SECONDS)
        assert not self._thread.is_alive()


def test_a_socket_with_a_fault_is_closed_and_replaced() -> None:
    exchange = Exchange()
    with Kept(exchange) as kept:
        eventually(lambda: kept.socket.is_open)
        exchange.sockets[0].wrong = "silent"
        eventually(lambda: len(exchange.sockets) == 2)

    assert all(socket.is_closed for socket in exchange.sockets)
    assert kept.tally.counts() == {Seen.CONNECTIONS: 2, Seen.FAULTS: 1}
    assert not kept.socket.is_open


def test_a_socket_that_is_given_up_is_replaced_and_the_next_one_is_not() -> None:
    exchange = Exchange()
    with Kept(exchange) as kept:
        eventually(lambda: kept.socket.is_open)
        kept.socket.give_up("it told nothing")
        eventually(lambda: len(exchange.sockets) == 2 and kept.socket.is_open)

    assert len(exchange.sockets) == 2


def test_an_exchange_that_is_away_is_asked_until_it_is_back() -> None:
    exchange = Exchange(refusals=5)
    with Kept(exchange) as kept:
        eventually(lambda: kept.socket.is_open)

    assert kept.tally.counts() == {Seen.FAILED_CONNECTIONS: 5, Seen.CONNECTIONS: 1}


def test_every_new_socket_is_told_of() -> None:
    exchange, opened = Exchange(), list[int]()
    with Kept(exchange, lambda: opened.append(len(exchange.sockets))) as kept:
        eventually(lambda: kept.socket.is_open)
        exchange.sockets[0].wrong = "reset"
        eventually(lambda: opened == [1, 2])


def test_a_socket_that_cannot_be_told_of_is_closed_and_tried_again() -> None:
    exchange, failures = Exchange(), [1]

    def opened() -> None:
        if failures:
            failures.pop()
            raise ExchangeRetryableError("no time of day")

    with Kept(exchange, opened) as kept:
        eventually(lambda: kept.socket.is_open)

    assert len(exchange.sockets) == 2


def test_the_pauses_keep_far_below_what_the_exchange_allows() -> None:
    spent, attempts = timedelta(0), 0
    while spent < timedelta(minutes=5):
        attempts += 1
        spent += PAUSES.pause(attempts, 0)

    # Two sockets, and pybit tries each connection twice.
    assert attempts * 2 * 2 < 500 / 3
