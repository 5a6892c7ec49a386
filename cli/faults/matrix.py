"""All runs of the matrix, spread over worker processes that share one database server."""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import SpawnProcess
from multiprocessing.queues import Queue
from pathlib import Path
from queue import Empty

from cli.faults.jobs import Share, jobs, shares
from cli.faults.options import MatrixOptions
from cli.faults.record import Record
from cli.faults.results import Matrix, RunResult
from cli.faults.secrets import API_KEY, API_SECRET, leaks
from cli.faults.worker import work
from db import migrate
from db.embedded import EmbeddedPostgres
from trading.errors import AutotraderError

_QUICK = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
_LOOK_EVERY_SECONDS = 2.0


class WorkerLostError(AutotraderError):
    """A worker process ended without saying that it was done."""


def run_matrix(
    options: MatrixOptions,
    folder: Path,
    *,
    tell: Callable[[RunResult], None],
    record: Record | None = None,
) -> Matrix:
    """Make all runs in `folder` that are not in `record` yet; `tell` hears of each as it ends.

    Raises:
        WorkerLostError: a worker died; its log in `folder` says why.
    """
    planned = jobs(options)
    made = [] if record is None else record.made(job.key for job in planned)
    for result in made:
        tell(result)
    matrix = Matrix.of(made)
    known = {result.key for result in made}
    missing = [job for job in planned if job.key not in known]
    with quick_database(folder) as url:
        for result in _results(url, folder, shares(missing, options)):
            if record is not None:
                record.add(result)
            matrix.add(result)
            tell(result)
        secrets = {part.get_secret_value() for part in (API_KEY, API_SECRET)}
        matrix.leaks += leaks(folder, url, secrets)
    return matrix


@contextmanager
def quick_database(folder: Path) -> Iterator[str]:
    """A migrated database that does not wait for the disk: nothing here outlives the process."""
    with EmbeddedPostgres(folder / "postgres", settings=_QUICK) as server:
        migrate.upgrade(server.url)
        yield server.url


def _results(url: str, folder: Path, dealt: list[Share]) -> Iterator[RunResult]:
    # Spawned, not forked: a worker must not share connections or locks with us.
    context = multiprocessing.get_context("spawn")
    results: Queue[RunResult | None] = context.Queue()
    workers = [
        context.Process(target=work, args=(share, url, folder, results), name=share.worker)
        for share in dealt
    ]
    for worker in workers:
        worker.start()
    try:
        yield from _until_done(results, workers)
    finally:
        for worker in workers:
            worker.terminate()
            worker.join(30)


def _until_done(
    results: "Queue[RunResult | None]", workers: list[SpawnProcess]
) -> Iterator[RunResult]:
    working = len(workers)
    while working:
        try:
            result = results.get(timeout=_LOOK_EVERY_SECONDS)
        except Empty:
            _require_alive(workers)
            continue
        if result is None:
            working -= 1
        else:
            yield result


def _require_alive(workers: list[SpawnProcess]) -> None:
    lost = [worker.name for worker in workers if worker.exitcode not in {None, 0}]
    if lost:
        message = f"worker {', '.join(lost)} ended with a failure; its log says why"
        raise WorkerLostError(message)
