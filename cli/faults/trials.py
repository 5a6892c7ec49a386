"""Everything that `autotrader faults` was asked to try, as one matrix."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cli.faults.catalogue import CASES
from cli.faults.jobs import jobs
from cli.faults.matrix import run_matrix
from cli.faults.options import MatrixOptions
from cli.faults.process.run import NAMES, process_runs
from cli.faults.record import Record
from cli.faults.results import Matrix, RunResult
from cli.faults.soak import soak
from cli.faults.soak_report import SoakReport
from config.fingerprint import code_version
from trading.errors import MisconfiguredError


@dataclass(frozen=True, slots=True)
class Tried:
    """What was found. `versions` counts the runs by the version of the code that made them.

    `soak` is None if no day was asked for.
    """

    matrix: Matrix
    versions: Mapping[str, int]
    soak: SoakReport | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every promise was kept."""
        return not self.matrix.violations and not (self.soak and self.soak.complaints)

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        found = self.matrix.as_json()
        return found if self.soak is None else found | {"soak": self.soak.as_json()}


Tell = Callable[[RunResult, int], None]
"""Hears of each run, and of how many there are to come in its part."""


def try_all(
    options: MatrixOptions, folder: Path, *, tell: Tell, record_path: Path | None = None
) -> Tried:
    """Run what `options` ask for in `folder`; runs in the file `record_path` are not made again.

    Raises:
        MisconfiguredError: no fault has the name asked for, or the file is no record.
        WorkerLostError: a worker process died.
    """
    matrix, versions = Matrix(), Counter[str]()
    record = Record(record_path or folder / "runs.jsonl", code_version())
    if _has_exchange_faults(options):
        matrix = run_matrix(
            options, folder, tell=lambda result: tell(result, options.runs), record=record
        )
        versions += record.versions(job.key for job in jobs(options))
    if options.processes:
        for result in process_runs(
            _room(folder, "processes"),
            workers=options.workers,
            every=options.every,
            tell=tell,
            record=record,
        ):
            matrix.add(result)
            versions += record.versions([result.key])
    if not options.soak_days:
        return Tried(matrix, versions)
    soaked = soak(_room(folder, "soak"), seed=options.seed, days=options.soak_days)
    return Tried(matrix, versions, soaked)


def _has_exchange_faults(options: MatrixOptions) -> bool:
    if options.runs == 0:
        return False
    if any(case.name.startswith(options.beginnings) for case in CASES):
        return True
    if any(name.startswith(options.beginnings) for name in NAMES):
        message = f"{options.only} is a fault of processes: ask for it with --processes --runs 0"
        raise MisconfiguredError(message)
    return True


def _room(folder: Path, name: str) -> Path:
    room = folder / name
    room.mkdir()
    return room
