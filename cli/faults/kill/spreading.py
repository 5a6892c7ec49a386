"""Many attempts at once, in processes of their own."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

_RUNS_PER_PROCESS = 40
"""A process that forks often is renewed before it has grown."""


def spread(do: Callable[[Job], Result], jobs: Sequence[Job], *, workers: int) -> Iterator[Result]:
    """The results of all jobs as they come, from worker processes."""
    size = workers * _RUNS_PER_PROCESS
    for first in range(0, len(jobs), size):
        # A pool for each batch: one that renews its own workers (max_tasks_per_child) can be left
        # without any, and waits for ever (CPython gh-115634).
        # Spawned, not forked: a worker must not share connections or locks with us.
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            batch = jobs[first : first + size]
            for future in as_completed([pool.submit(do, job) for job in batch]):
                yield future.result()
