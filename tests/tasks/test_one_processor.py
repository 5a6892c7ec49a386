"""Work for the processor is done in turn, and the libraries are not searched for garbage."""

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, BrokenBarrierError

import pytest

from tasks.one_processor import one_at_a_time, one_by_one, spare_what_was_imported


def test_of_many_threads_one_works_at_a_time() -> None:
    meeting = Barrier(2)

    def met_somebody(_number: int) -> bool:
        try:
            meeting.wait(timeout=0.02)
        except BrokenBarrierError:
            meeting.reset()
            return False
        return True

    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(one_at_a_time(met_somebody), range(3))) == [False] * 3


def test_work_that_fails_gives_its_turn_back() -> None:
    def inverted(number: int) -> float:
        return 1 / number

    inverse = one_at_a_time(inverted)

    with pytest.raises(ZeroDivisionError):
        inverse(0)

    assert inverse(2) == 0.5


def test_work_starts_in_the_order_it_is_given() -> None:
    given = one_by_one("abc", apart=timedelta(0))

    assert [next(given), *given] == ["a", "b", "c"]


def test_without_work_there_is_nothing_to_wait_for() -> None:
    assert list(one_by_one((), apart=timedelta.max)) == []
    assert list(one_by_one("a", apart=timedelta.max)) == ["a"]


@pytest.fixture
def searched() -> Iterator[None]:
    """As in a fresh process: a cycle of another test may have run in this one."""
    usual = gc.get_threshold()
    gc.unfreeze()
    gc.set_threshold(700, 10, 10)
    yield
    gc.unfreeze()
    gc.set_threshold(*usual)


@pytest.mark.usefixtures("searched")
def test_what_was_imported_is_spared_once() -> None:
    spare_what_was_imported()
    spared = gc.get_freeze_count()

    made_later = [[] for _ in range(100)]  # type: ignore[var-annotated]
    spare_what_was_imported()

    assert spared > 10_000
    assert gc.get_freeze_count() <= spared
    assert gc.is_tracked(made_later)


@pytest.mark.usefixtures("searched")
def test_a_search_begins_less_often() -> None:
    spare_what_was_imported()

    assert gc.get_threshold() == (10_000, 10, 10)
