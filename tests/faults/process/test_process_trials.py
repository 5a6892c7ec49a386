"""Which trials are made of which points."""

from collections import Counter
from decimal import Decimal

import pytest

from cli.faults.kill.ending import End
from cli.faults.kill.plans import Plan
from cli.faults.process.run import NAMES, trials_of
from trading.errors import InvariantError

END = End(state={}, violations=(), naked_seconds=Decimal(0), recover_seconds=0.0)
AROUND = (
    "before request /v5/order/create",
    "request sent, no answer yet /v5/order/create",
    "after step place-order",
)


def points(work: str, count: int) -> list[Plan]:
    names = [*AROUND, *("before commit" for _ in range(count - len(AROUND)))]
    return [Plan(work, number, name, END) for number, name in enumerate(names, start=1)]


EVERYTHING = [*points("cycle", 240), *points("sync", 160)]


def test_every_point_is_killed_and_some_are_disturbed_otherwise() -> None:
    counted = Counter(trial.fault for trial in trials_of(EVERYTHING, every=1))

    assert counted == {
        "proc.kill9": 400,
        "proc.pause": 100,
        "proc.clock_jump": 58,
        "proc.two_instances": 30,
        "proc.disk_full": 34,
        "proc.prefect_gone": 3,
        "proc.db_restart": 3,
    }
    assert set(counted) == set(NAMES)


def test_a_reduced_run_still_has_every_fault() -> None:
    counted = Counter(trial.fault for trial in trials_of(EVERYTHING, every=40))

    assert counted["proc.kill9"] == 10
    assert set(counted) == set(NAMES)


def test_two_instances_meet_in_cycles_only() -> None:
    trials = trials_of(EVERYTHING, every=1)

    works = {trial.plan.work for trial in trials if trial.fault == "proc.two_instances"}
    assert works == {"cycle"}


def test_no_two_trials_share_their_files() -> None:
    names = [trial.name for trial in trials_of(EVERYTHING, every=1)]

    assert len(names) == len(set(names))


def test_a_cycle_that_sends_nothing_cannot_be_tried() -> None:
    idle = [Plan("cycle", 1, "before commit", END)]

    with pytest.raises(InvariantError, match="passes no point named 'after step place-order'"):
        trials_of(idle, every=1)
