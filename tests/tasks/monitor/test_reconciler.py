"""A sync when asked, one for all who asked, until it succeeds."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest

from tasks.monitor.reconciler import Reconciler
from tasks.monitor.tally import Seen, Tally
from tests.fixtures.eventually import PATIENCE_SECONDS, eventually
from trading.errors import BadDataError, ExchangeRetryableError, MisconfiguredError


@contextmanager
def running(reconciler: Reconciler) -> Iterator[None]:
    stop = Event()
    thread = Thread(target=reconciler.run, args=(stop,))
    thread.start()
    yield
    stop.set()
    thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()


def test_nobody_asks_and_nothing_is_read() -> None:
    tally = Tally()
    with running(Reconciler(lambda: None, tally)):
        Event().wait(0.3)

    assert tally.counts() == {}


def test_all_who_ask_at_once_are_served_by_one_reading() -> None:
    tally = Tally()
    reconciler = Reconciler(lambda: None, tally)
    for _ in range(20):
        reconciler.ask("a test")
    with running(reconciler):
        assert reconciler.has_succeeded.wait(PATIENCE_SECONDS)

    assert tally.counts() == {Seen.RECONCILIATIONS: 1}


def test_who_asks_while_it_reads_is_served_by_the_next_one() -> None:
    tally, read = Tally(), list[int]()

    def synchronise() -> None:
        read.append(1)
        if len(read) == 1:
            reconciler.ask("during the first")

    reconciler = Reconciler(synchronise, tally)
    reconciler.ask("a test")
    with running(reconciler):
        eventually(lambda: len(read) == 2)


@pytest.mark.parametrize("error", [ExchangeRetryableError, BadDataError, MisconfiguredError])
def test_what_may_pass_is_tried_again(error: type[Exception]) -> None:
    tally, failures = Tally(), [error("away")]

    def synchronise() -> None:
        if failures:
            raise failures.pop()

    reconciler = Reconciler(synchronise, tally)
    reconciler.ask("a test")
    with running(reconciler):
        assert reconciler.has_succeeded.wait(PATIENCE_SECONDS)

    assert tally.counts() == {Seen.RECONCILIATIONS: 1, Seen.FAILED_RECONCILIATIONS: 1}


def test_a_bug_is_not_tried_again() -> None:
    def synchronise() -> None:
        raise ZeroDivisionError

    reconciler = Reconciler(synchronise, Tally())
    reconciler.ask("a test")

    with pytest.raises(ZeroDivisionError):
        reconciler.run(Event())
