"""All trials of processes: killed, stopped, rivalled, without disk, database or scheduler."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType

from cli.faults.kill import run as killing
from cli.faults.kill.plans import Plan, planned
from cli.faults.kill.scene import Beginning
from cli.faults.kill.spreading import spread
from cli.faults.matrix import quick_database
from cli.faults.process import (
    clock_jump,
    database_restart,
    full_disk,
    orchestration_gone,
    pausing,
    rivals,
)
from cli.faults.process.trial import Disturb, Trial, conduct
from cli.faults.record import Record
from cli.faults.results import RunResult
from trading.errors import InvariantError

DISTURBANCES: Mapping[str, Disturb] = MappingProxyType(
    {
        pausing.FAULT: pausing.pause,
        clock_jump.FAULT: clock_jump.jump_clock,
        rivals.FAULT: rivals.compete,
        full_disk.FAULT: full_disk.fill_disk,
        orchestration_gone.FAULT: orchestration_gone.lose_prefect,
    }
)

NAMES = (killing.FAULT, *DISTURBANCES, database_restart.FAULT)
"""Every fault of this kind, as the matrix names it."""

_STRIDES: Mapping[str, int] = MappingProxyType(
    {pausing.FAULT: 4, clock_jump.FAULT: 7, rivals.FAULT: 8, full_disk.FAULT: 12}
)
"""Of how many points one is taken: only being killed must be tried at each."""

_AROUND_AN_ORDER = (
    "after step place-order",
    "before request /v5/order/create",
    "request sent, no answer yet /v5/order/create",
)
"""Where a lost server is worst, and where it is lost: both starts take their time."""

Tell = Callable[[RunResult, int], None]


def process_runs(
    folder: Path, *, workers: int, every: int, tell: Tell, record: Record
) -> Iterator[RunResult]:
    """Every trial, or each `every`-th; `tell` hears of each and of how many there are.

    Those in `record` are not made again.
    """
    with quick_database(folder) as url:
        beginning = Beginning(url, folder)
        all_points = planned(beginning, every=1)
        trials = trials_of(all_points, every=every)
        made = record.made(trial.key for trial in trials)
        known = {result.key for result in made}
        missing = [trial for trial in trials if trial.key not in known]
        with_database = [one for one in missing if one.fault == database_restart.FAULT]
        others = [one for one in missing if one.fault != database_restart.FAULT]
        for result in made:
            tell(result, len(trials))
            yield result
        for result in _results(folder, beginning, others, with_database, workers=workers):
            record.add(result)
            tell(result, len(trials))
            yield result


def trials_of(points: Sequence[Plan], *, every: int) -> list[Trial]:
    """What happens at which points, reduced to each `every`-th of them."""
    trials = [Trial(killing.FAULT, plan, turn) for turn, plan in enumerate(points[::every])]
    for fault, stride in _STRIDES.items():
        usable = [plan for plan in points if fault != rivals.FAULT or plan.work == "cycle"]
        chosen = usable[:: stride * every]
        trials += [Trial(fault, plan, turn) for turn, plan in enumerate(chosen)]
    for fault in (orchestration_gone.FAULT, database_restart.FAULT):
        trials += [Trial(fault, plan, turn) for turn, plan in enumerate(_around_an_order(points))]
    return trials


def conducted(beginning: Beginning, trial: Trial) -> RunResult:
    """One trial in this process."""
    if trial.fault == killing.FAULT:
        return killing.kill(beginning, trial.plan)
    return conduct(DISTURBANCES[trial.fault], beginning, trial)


def _results(
    folder: Path,
    beginning: Beginning,
    others: Sequence[Trial],
    with_database: Sequence[Trial],
    *,
    workers: int,
) -> Iterator[RunResult]:
    yield from spread(partial(conducted, beginning), others, workers=workers)
    yield from database_restart.restart_databases(folder, with_database)


def _around_an_order(points: Sequence[Plan]) -> Iterator[Plan]:
    """The first point of each of these names, within a cycle."""
    for name in _AROUND_AN_ORDER:
        found = [plan for plan in points if (plan.work, plan.point) == ("cycle", name)]
        if not found:
            message = f"the cycle passes no point named {name!r}; did the beginning change?"
            raise InvariantError(message)
        yield found[0]
