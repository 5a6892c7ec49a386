"""How long a sweep will take, measured on one of its combinations."""

from collections.abc import Callable
from datetime import timedelta

from tasks.backtesting.trying import Ground, try_part

_PROBES = 3
_PLACES = 50


def estimated_time(
    ground: Ground, runs: int, *, threads: int, clock: Callable[[], float]
) -> timedelta:
    """The time `runs` combinations take in `threads` threads; `clock` counts seconds."""
    probe = _runnable(ground)
    started = clock()
    for _ in range(_PROBES):
        try_part(ground, probe)
    each = (clock() - started) / _PROBES
    return timedelta(seconds=each * runs / threads)


def _runnable(ground: Ground) -> range:
    """A combination that the strategy allows; it has run once, so what it needs is compiled."""
    size = ground.question.grid().size
    for place in range(_PLACES):
        number = size * place // _PLACES
        if try_part(ground, range(number, number + 1)).tried:
            return range(number, number + 1)
    return range(1)
