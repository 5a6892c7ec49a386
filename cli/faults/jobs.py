"""Which runs are made: every fault as often as every other, each with a seed of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from cli.faults.cases import Case
from cli.faults.catalogue import CASES
from cli.faults.options import MatrixOptions
from cli.faults.results import Key
from trading.errors import MisconfiguredError


@dataclass(frozen=True, slots=True)
class Job:
    """One run to be made."""

    case: Case
    seed: int

    @property
    def key(self) -> Key:
        """The key of its result."""
        return self.case.name, self.seed, ""


@dataclass(frozen=True, slots=True)
class Share:
    """What one worker has to do."""

    worker: str
    jobs: tuple[Job, ...]
    pace: float


def jobs(options: MatrixOptions) -> list[Job]:
    """The runs in the order they are started: the faults take turns.

    Raises:
        MisconfiguredError: no fault has the name asked for.
    """
    chosen = [case for case in CASES if case.name.startswith(options.beginnings)]
    if not chosen:
        names = ", ".join(case.name for case in CASES)
        message = f"no fault is called {options.only!r}; there are {names}"
        raise MisconfiguredError(message)
    first = options.seed * 1_000_003
    return [Job(chosen[turn % len(chosen)], first + turn) for turn in range(options.runs)]


def shares(all_jobs: Sequence[Job], options: MatrixOptions) -> list[Share]:
    """The jobs of each worker, dealt one by one; no worker without any."""
    dealt = [tuple(all_jobs[worker :: options.workers]) for worker in range(options.workers)]
    return [
        Share(f"w{number}", jobs, options.pace)
        for number, jobs in enumerate(dealt, start=1)
        if jobs
    ]
