"""A step: a Prefect task that takes its arguments as they are.

Called outside a run of Prefect's, a step is its plain function: an order of steps that a flow
runs can so be run without a scheduler, by an auditor, a test or a process that must not wait.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec, TypeVar, Unpack

import structlog
from prefect import Task
from prefect.context import FlowRunContext, TaskRunContext
from prefect.utilities.annotations import opaque
from prefect.utilities.math import clamped_poisson_interval

from tasks.policies import TRANSIENT, Policy

log = structlog.get_logger()

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Finished(Generic[Result]):
    """What `submit` gives outside a run: the step has run already."""

    value: Result

    def result(self) -> Result:
        """What the step returned."""
        return self.value


class Step(Task[Parameters, Result]):
    """A task that Prefect knows as any other.

    Prefect is told not to search what a step is given.

    It would look into every field of every candle for results of other runs, three times a call:
    two thirds of the processor time of a cycle over twenty symbols (measured with 3.8.8).
    """

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Run it: as a task inside a run of Prefect's, else as the plain function."""
        if not _is_orchestrated():
            return self.fn(*arguments, **options)
        return super().__call__(*map(opaque, arguments), **options)

    def submit(self, *arguments: Any, **options: Any) -> Any:
        """Start it in a thread; outside a run of Prefect's it runs here and now."""
        if not _is_orchestrated():
            return Finished(self.fn(*arguments, **options))
        return super().submit(*map(opaque, arguments), **options)


def step(
    *,
    name: str,
    task_run_name: str,
    **policy: Unpack[Policy],
) -> Callable[[Callable[Parameters, Result]], Task[Parameters, Result]]:
    """Makes a function a step with a name, the name of its runs, and a policy for repeats.

    Pass its arguments by position. A future or state of another run is not waited for inside a
    collection, only as an argument of its own. A step has no tags: for each tag of each run
    Prefect asks its server whether there is a limit.
    """

    def decorate(function: Callable[Parameters, Result]) -> Task[Parameters, Result]:
        return Step(function, name=name, task_run_name=task_run_name, **policy)

    return decorate


def part_of_step(
    step: Task[Parameters, Result], *arguments: Parameters.args, **named: Parameters.kwargs
) -> Result:
    """What `step` gives as a part of the step that calls it, repeated as often as it may be alone.

    It has no run of its own in Prefect: that would cost the desk 4 ms of processor time and
    Prefect's server 10 (measured with 3.8.8), for each of the markets that a cycle looks at.
    Outside a run of Prefect's it is called as any step.
    """
    if not _is_orchestrated():
        return step(*arguments, **named)
    for pause in step.retry_delay_seconds[: step.retries]:
        try:
            return step.fn(*arguments, **named)
        except TRANSIENT as error:
            log.warning("step is tried again", step=step.name, error=str(error))
            jitter = step.retry_jitter_factor
            time.sleep(clamped_poisson_interval(pause, jitter) if jitter else pause)
    return step.fn(*arguments, **named)


def _is_orchestrated() -> bool:
    """Whether this is a run of Prefect's: a flow, or a step that a flow started in a thread."""
    return FlowRunContext.get() is not None or TaskRunContext.get() is not None
