"""A process is stopped, rivalled, misled or left alone in its work, and everything still holds."""

from pathlib import Path

import pytest

from cli.faults.kill.plans import Plan
from cli.faults.kill.scene import Beginning
from cli.faults.process.database_restart import FAULT as DATABASE_RESTART
from cli.faults.process.database_restart import restart_databases
from cli.faults.process.run import conducted
from cli.faults.process.trial import Trial

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("beginning")]

CLAIM, CREATE = "before step claim-slot", "request sent, no answer yet /v5/order/create"
BEFORE_CREATE = "before request /v5/order/create"

TRIALS = [
    ("proc.pause", "cycle", BEFORE_CREATE, 0),
    ("proc.two_instances", "cycle", CLAIM, 0),
]


def point(plans: list[Plan], work: str, name: str) -> Plan:
    return next(plan for plan in plans if (plan.work, plan.point) == (work, name))


@pytest.mark.parametrize(("fault", "work", "name", "turn"), TRIALS)
def test_no_order_is_lost_or_doubled(
    beginning: Beginning, plans: list[Plan], fault: str, work: str, name: str, turn: int
) -> None:
    result = conducted(beginning, Trial(fault, point(plans, work, name), turn))

    assert result.violations == ()
    assert (result.fault, result.struck) == (fault, 1)


def test_what_a_database_acknowledged_is_there_after_it_died(
    plans: list[Plan], tmp_path: Path
) -> None:
    trial = Trial(DATABASE_RESTART, point(plans, "cycle", CREATE), 0)

    (result,) = restart_databases(tmp_path, [trial])

    assert result.violations == ()
    assert len(result.errors) == 1
