"""All points of a cycle and of a sync, each killed once, spread over worker processes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cli.faults.evidence import Violation
from cli.faults.kill.attempt import killed_at
from cli.faults.kill.digest import difference, fingerprint
from cli.faults.kill.ending import End
from cli.faults.kill.plans import Plan, planned
from cli.faults.kill.scene import Beginning
from cli.faults.kill.spreading import spread
from cli.faults.matrix import quick_database
from cli.faults.results import RunResult
from cli.faults.silence import silenced
from trading.errors import InvariantError

FAULT = "proc.kill9"


@dataclass(frozen=True, slots=True)
class Death:
    """One kill and how the desk ended up; `difference` is empty if the same as without it."""

    work: str
    number: int
    point: str
    difference: str
    result: RunResult


@dataclass(frozen=True, slots=True)
class KillReport:
    """All kills. `states` are the fingerprints of the ends without one, by work."""

    deaths: tuple[Death, ...]
    states: dict[str, str]

    @property
    def failed(self) -> tuple[Death, ...]:
        """The kills after which something was different."""
        return tuple(death for death in self.deaths if death.result.violations)


def kill_everywhere(
    folder: Path, *, workers: int, tell: Callable[[Death, int], None], every: int = 1
) -> KillReport:
    """Kill at every point, or at each `every`-th; `tell` hears of each and how many there are."""
    deaths: list[Death] = []
    with quick_database(folder) as url:
        beginning = Beginning(url, folder)
        plans = planned(beginning, every=every)
        for death in spread(partial(kill, beginning), plans, workers=workers):
            deaths.append(death)
            tell(death, len(plans))
    deaths.sort(key=lambda death: (death.work, death.number))
    states = {plan.work: fingerprint(plan.expected.state) for plan in plans}
    return KillReport(tuple(deaths), states)


def kill(beginning: Beginning, plan: Plan) -> Death:
    """Kill at one point, and compare; a desk that could not go on after it broke I14."""
    with silenced(beginning.folder / f"{plan.work}-{plan.number}.desk.log"):
        try:
            end = killed_at(beginning, plan.work, plan.number)
        except InvariantError as error:
            return _death(plan, str(error), _result(plan, [Violation("I14", f"{plan}: {error}")]))
    found = difference(plan.expected.state, end.state)
    different = [Violation("I15", f"{plan}: {found}")] if found else []
    return _death(plan, found, _result(plan, [*end.violations, *different], end))


def _death(plan: Plan, found: str, result: RunResult) -> Death:
    return Death(plan.work, plan.number, plan.point, found, result)


def _result(plan: Plan, violations: list[Violation], end: End | None = None) -> RunResult:
    end = end or plan.expected
    return RunResult(
        fault=FAULT,
        seed=plan.number,
        violations=tuple(violations),
        naked_seconds=end.naked_seconds,
        recover_seconds=end.recover_seconds,
        struck=1,
    )
