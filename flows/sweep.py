"""Many backtests with other parameters, in parts that run at once here or on a cluster."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from prefect import flow
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from prefect.utilities.importtools import from_qualified_name

from config.backtesting import SweepRunner
from config.current import current_settings
from config.settings import Settings
from flows.hooks import report_failure
from tasks.backtesting.apart import apart, worker_environment
from tasks.backtesting.opening import open_archive
from tasks.backtesting.questions import SweepQuestion
from tasks.backtesting.steps import conclude_sweep, effort_of, publish_sweep
from tasks.backtesting.sweeping import sweep_all
from tasks.backtesting.sweeps import left_when_interrupted, open_sweep

# By name: a program that needs no cluster shall not wait for Dask to be imported.
_DASK = "prefect_dask.task_runners.DaskTaskRunner"


@flow(
    name="sweep",
    on_failure=[report_failure],
    on_crashed=[report_failure],
    on_cancellation=[report_failure],
)
def sweep(
    question: SweepQuestion | None = None, resume: UUID | None = None, *, quick: bool = False
) -> UUID:
    """A new sweep, or the rest of one that was interrupted; its id.

    The settings say whether its parts run in threads of this machine or on a Dask cluster. A
    `quick` one judges the best without the look-ahead test and the random entries.
    """
    runner = chosen_runner(current_settings())
    finished: UUID = sweep_in_parts.with_options(task_runner=runner)(question, resume, quick=quick)
    return finished


@flow(name="sweep-in-parts")
def sweep_in_parts(question: SweepQuestion | None, resume: UUID | None, *, quick: bool) -> UUID:
    """The sweep itself, on the task runner it is given."""
    settings = current_settings()
    with open_archive(settings, role="sweep") as archive:
        begun = open_sweep(archive, question, resume)
        with left_when_interrupted(archive, begun):
            swept = sweep_all(archive, begun, apart(), at_once=settings.sweep_parts_at_once)
            report = conclude_sweep(archive, begun, swept, effort_of(quick=quick))
        publish_sweep(archive, begun, swept, report)
    return begun.id


def chosen_runner(settings: Settings) -> TaskRunner[Any]:
    """Where the parts of a sweep run, by the settings."""
    at_once = settings.sweep_parts_at_once
    if settings.sweep_runner is SweepRunner.THREADS:
        return ThreadPoolTaskRunner(max_workers=at_once)
    dask: Callable[..., TaskRunner[Any]] = from_qualified_name(_DASK)
    if settings.dask_address:
        return dask(address=settings.dask_address)
    local = {
        "n_workers": at_once,
        "threads_per_worker": 1,
        "env": worker_environment(settings),
    }
    return dask(cluster_kwargs=local)
