"""What lets many symbols share one processor well: an interpreter runs one thread at a time."""

import gc
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from threading import Lock
from typing import TypeVar

Given = TypeVar("Given")
Result = TypeVar("Result")


def one_at_a_time(work: Callable[[Given], Result]) -> Callable[[Given], Result]:
    """`work` that needs the processor alone, in turn instead of in slices of a few milliseconds.

    Pictures of twenty symbols drawn at once are all ready at the end. In turn the first symbols
    are asked about while the others are drawn, and decided while those are asked about.
    """
    turn = Lock()

    def in_turn(given: Given) -> Result:
        with turn:
            return work(given)

    return in_turn


A_LOOK = timedelta(milliseconds=12)
"""About what a look at a market takes of a processor: it cannot begin more in that time."""


def one_by_one(items: Iterable[Given], *, apart: timedelta = A_LOOK) -> Iterator[Given]:
    """The items, each `apart` from the one before.

    Work that starts all at once shares the processor and ends all at once, late. Of work that
    starts one by one the first is drawn and asked about while the last is looked at.
    """
    for place, item in enumerate(items):
        if place > 0:
            time.sleep(apart.total_seconds())
        yield item


_NEW_OBJECTS = 10_000
"""So many more than before start a search for unreachable objects; Python's own number is 700."""


def spare_what_was_imported() -> None:
    """Take what there is now out of the search for unreachable objects, once in a process.

    The libraries are half a million objects that live as long as the process. A search through
    them stops every thread for a quarter of a second, in every second or third cycle. What a
    cycle makes is reachable until it ends, and is searched less often.
    """
    first, second, third = gc.get_threshold()
    # It was done before, or not: to count what is spared would take longer than a picture.
    if first != _NEW_OBJECTS:
        gc.freeze()
        gc.set_threshold(_NEW_OBJECTS, second, third)
