"""A process that makes runs one after another, on exchanges of its own."""

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from multiprocessing.queues import Queue
from pathlib import Path

from cli.faults.arena import Arena, open_arena
from cli.faults.cases import Trait
from cli.faults.exercise import exercise
from cli.faults.jobs import Job, Share
from cli.faults.results import RunResult
from cli.faults.silence import silenced
from cli.faults.stream import FUNDING

RUNS_PER_ARENA = 12
"""An account grows with every run; a fresh one keeps the last as quick as the first."""

_LEAVES_MARKS = frozenset({Trait.FOREIGN, Trait.FORCED, Trait.MONEY, Trait.UNTRADED})


class Named:
    """A bug that ends the worker is told with the run that it was found in."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def __enter__(self) -> None:
        """Nothing to do before."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Name the run in what is raised."""
        if error is not None:
            error.add_note(f"in the run of {self._job.case.name} with seed {self._job.seed}")


def work(
    share: Share, database_url: str, folder: Path, results: "Queue[RunResult | None]"
) -> None:
    """Make all runs of `share` and put their results; None says that no more will come."""
    with silenced(folder / f"{share.worker}-desk.log"):
        for result in _results(share, database_url, folder):
            results.put(result)
    results.put(None)


def _results(share: Share, database_url: str, folder: Path) -> Iterator[RunResult]:
    accounts = count(1)
    remaining = list(share.jobs)
    while remaining:
        with ExitStack() as stack:
            arena: Arena | None = None
            for turn in range(min(RUNS_PER_ARENA, len(remaining))):
                if turn and FUNDING in remaining[0].case.actions:
                    break
                job = remaining.pop(0)
                if arena is None:
                    account = f"{share.worker}-{next(accounts)}"
                    arena = stack.enter_context(
                        open_arena(
                            database_url, folder, name=account, seed=job.seed, pace=share.pace
                        )
                    )
                with Named(job):
                    result = exercise(arena, job.case, job.seed)
                yield result
                if result.violations or job.case.traits & _LEAVES_MARKS:
                    break  # what is out of order must not be blamed on the next fault
