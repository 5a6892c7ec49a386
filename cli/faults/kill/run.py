"""One point of a cycle or of a sync: killed there, started again, compared."""

from cli.faults.evidence import Violation
from cli.faults.kill.attempt import killed_at
from cli.faults.kill.digest import difference
from cli.faults.kill.ending import End
from cli.faults.kill.plans import Plan
from cli.faults.kill.scene import Beginning
from cli.faults.results import RunResult
from cli.faults.silence import silenced
from trading.errors import InvariantError

FAULT = "proc.kill9"


def kill(beginning: Beginning, plan: Plan) -> RunResult:
    """Kill at one point, and compare; a desk that could not go on after it broke I14."""
    with silenced(beginning.folder / f"{plan.work}-{plan.number}.desk.log"):
        try:
            end = killed_at(beginning, plan.work, plan.number)
        except InvariantError as error:
            return _result(plan, [Violation("I14", f"{plan}: {error}")], plan.expected)
    found = difference(plan.expected.state, end.state)
    different = [Violation("I15", f"{plan}: {found}")] if found else []
    return _result(plan, [*end.violations, *different], end)


def _result(plan: Plan, violations: list[Violation], end: End) -> RunResult:
    return RunResult(
        fault=FAULT,
        seed=plan.number,
        violations=tuple(violations),
        naked_seconds=end.naked_seconds,
        recover_seconds=end.recover_seconds,
        struck=1,
        point=plan.place,
    )
