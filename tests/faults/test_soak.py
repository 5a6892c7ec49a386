"""A short soak: the desk goes on from day to day, whatever is wrong in between."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from cli.faults.arena import open_arena
from cli.faults.catalogue import CASES
from cli.faults.silence import silenced
from cli.faults.soak import soak
from cli.faults.soak_faults import drawn_fault
from cli.faults.soak_report import SoakDay
from cli.faults.soak_restart import Restarts
from tasks.halting import pull_by_hand, standing
from trading.brakes import TripPolicy


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose path is short enough for a socket in it: about 100 bytes are allowed."""
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        yield Path(folder)


@pytest.mark.slow
def test_two_short_days_leave_nothing_out_of_order(short_folder: Path) -> None:
    told: list[SoakDay] = []

    report = soak(short_folder, seed=5, days=2, hours=2, tell=told.append)

    assert report.complaints == ()
    assert tuple(told) == report.days
    assert sum(day.decided for day in report.days) >= 3
    assert report.struck.total() > 0
    assert 0 < report.days[-1].trades <= report.days[-1].rows["trades"]


def test_every_fault_but_the_end_of_a_symbol_comes_at_some_time() -> None:
    luck = Random(1)

    drawn = [drawn_fault(luck) for _ in range(5_000)]

    names = {case.name for case in drawn if case is not None}
    assert {case.name for case in CASES} - names == {"mkt.delist"}
    assert 2_200 < drawn.count(None) < 2_800


def test_a_restarted_desk_remembers_what_was_committed(
    own_database_url: str, tmp_path: Path
) -> None:
    with (
        silenced(tmp_path / "desk.log"),
        open_arena(own_database_url, tmp_path, name="restarted", seed=1) as arena,
        Restarts(arena) as restart,
    ):
        before = arena.resources
        pull_by_hand(
            before.sessions,
            before.asking.recipient,
            reason="lunch",
            by="owner",
            policy=TripPolicy.KEEP,
            now=arena.now(),
        )
        restart()
        restart()

        assert restart.count == 2
        assert arena.resources.gateway is not before.gateway
        assert [halt.reason for halt in standing(arena.resources)] == ["lunch"]
