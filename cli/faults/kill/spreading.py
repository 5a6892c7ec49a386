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
    # Spawned, not forked: a worker must not share connections or locks with us.
    with ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), max_tasks_per_child=_RUNS_PER_PROCESS
    ) as pool:
        for future in as_completed([pool.submit(do, job) for job in jobs]):
            yield future.result()
