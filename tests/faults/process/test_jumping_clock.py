"""A clock that jumps is felt by everything in the process that asks what time it is."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from pybit._helpers import generate_timestamp

from cli.faults.process.clock_jump import JUMPS, JumpingClock
from tasks.clock import system_clock, wall_time

FIXED = datetime(2026, 1, 1, tzinfo=UTC)
CLOSE = timedelta(seconds=2)


@pytest.mark.parametrize("by", JUMPS)
def test_every_clock_of_the_process_jumps(by: timedelta) -> None:
    clock = JumpingClock()
    real = datetime.now(UTC)
    with clock.felt(lambda: FIXED) as now:
        assert now() == FIXED
        clock.jump(by)

        assert now() == FIXED + by
        assert abs(wall_time() - real - by) < CLOSE
        assert abs(system_clock()() - real - by) < CLOSE
        assert abs(time.time() - real.timestamp() - by.total_seconds()) < CLOSE.total_seconds()
        stamp = datetime.fromtimestamp(generate_timestamp() / 1000, UTC)
        assert abs(stamp - real - by) < CLOSE


def test_all_is_right_again_afterwards() -> None:
    clock = JumpingClock()
    with clock.felt(lambda: FIXED):
        clock.jump(timedelta(hours=1))

    assert abs(wall_time().timestamp() - time.time()) < CLOSE.total_seconds()
