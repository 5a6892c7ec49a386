"""What lets many symbols share one processor well: an interpreter runs one thread at a time."""

import gc
from collections.abc import Callable
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


def spare_what_was_imported() -> None:
    """Take what there is now out of the search for unreachable objects, once in a process.

    The libraries are half a million objects that live as long as the process. A search through
    them stops every thread for a quarter of a second, in every second or third cycle.
    """
    if gc.get_freeze_count() == 0:
        gc.freeze()
