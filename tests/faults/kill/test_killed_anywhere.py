"""Killed in the middle of a cycle or a sync, the desk ends up as if nothing had happened (I15)."""

from pathlib import Path

import pytest

from cli.faults.kill.attempt import count_points
from cli.faults.kill.plans import Plan
from cli.faults.kill.run import kill
from cli.faults.kill.scene import Beginning
from cli.faults.silence import silenced
from db.embedded import EmbeddedPostgres

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("beginning")]

WORST = [
    ("cycle", "request sent, no answer yet /v5/order/create"),
    ("sync", "request sent, no answer yet /v5/position/trading-stop"),
]


def test_there_are_hundreds_of_points_of_every_kind(plans: list[Plan]) -> None:
    kinds = {plan.point.rpartition(" /")[0] or plan.point for plan in plans}

    assert len(plans) > 300
    assert {plan.work for plan in plans} == {"cycle", "sync"}
    assert kinds >= {
        "before commit",
        "after commit",
        "before request",
        "request sent, no answer yet",
        "after answer",
        "before step place-order",
        "after step place-order",
    }


def test_undisturbed_runs_keep_every_promise(plans: list[Plan]) -> None:
    assert {plan.work: plan.expected.violations for plan in plans} == {"cycle": (), "sync": ()}


@pytest.mark.parametrize(("work", "point"), WORST)
def test_a_kill_changes_nothing_that_matters(
    beginning: Beginning, plans: list[Plan], work: str, point: str
) -> None:
    plan = next(plan for plan in plans if (plan.work, plan.point) == (work, point))

    result = kill(beginning, plan)

    assert (result.violations, result.struck) == ((), 1)


def test_equal_seeds_give_equal_worlds(
    postgres: EmbeddedPostgres, beginning: Beginning, plans: list[Plan], tmp_path: Path
) -> None:
    assert plans
    again = Beginning(postgres.url, tmp_path, "killed_again")
    with silenced(tmp_path / "desk.log"):
        again.prepare()
        points, end = count_points(again, "sync")

    assert points == [plan.point for plan in plans if plan.work == "sync"]
    assert end == next(plan.expected for plan in plans if plan.work == "sync")
