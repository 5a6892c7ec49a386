"""Every part of a sweep or of a walk-forward, kept as it is done, and what came of it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from tasks.backtesting.archive import Archive
from tasks.backtesting.part_results import Line, PartResult, together
from tasks.backtesting.plans import Part
from tasks.backtesting.sweeps import Sweep, done_parts, keep_part, next_parts
from tasks.backtesting.trying import Progress, try_part, unheard

Execute: TypeAlias = Callable[
    [Sweep, int | None, Iterable[Part]], Iterator[tuple[Part, PartResult]]
]
"""Runs parts of a sweep (of a window of it) at once, and gives each with its result."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep found; `windows` has the result of each window of a walk-forward."""

    result: PartResult
    windows: tuple[PartResult, ...] = ()

    @property
    def best(self) -> Line | None:
        """The best combination over the whole time, None if none was good enough to be judged."""
        return next(iter(self.result.best), None)


def sweep_all(archive: Archive, sweep: Sweep, execute: Execute, *, at_once: int) -> Swept:
    """Try all that is not tried yet. What is interrupted can be resumed by the sweep's id."""
    if not sweep.windows:
        return Swept(_try_all(archive, sweep, None, execute, at_once))
    windows = tuple(
        _try_all(archive, sweep, window, execute, at_once) for window in range(len(sweep.windows))
    )
    return Swept(together(windows), windows)


def in_this_process(*, threads: int, progress: Progress = unheard) -> Execute:
    """Runs one part after the other, the combinations of each in `threads` threads."""

    def execute(
        sweep: Sweep, window: int | None, parts: Iterable[Part]
    ) -> Iterator[tuple[Part, PartResult]]:
        ground = sweep.ground(window)
        for part in parts:
            yield part, try_part(ground, part.combinations, threads=threads, progress=progress)

    return execute


def _try_all(
    archive: Archive, sweep: Sweep, window: int | None, execute: Execute, at_once: int
) -> PartResult:
    done = done_parts(archive, sweep, window or 0)
    # A search learns from each round, so there may be more to try after all there was to try.
    while parts := list(next_parts(sweep, done, at_once=at_once)):
        for part, result in execute(sweep, window, parts):
            keep_part(archive, sweep, part, result, window or 0)
            done[part.number] = result
    return together(done.values())
