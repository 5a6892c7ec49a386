"""This machine's clock jumps in the middle of a run, and is right again after it."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from functools import partial
from unittest.mock import patch

from cli.faults.kill.child import Child
from cli.faults.kill.points import Countdown, points
from cli.faults.kill.scene import Scene, desk
from cli.faults.kill.works import WORKS
from cli.faults.process.trial import Course, Trial, outcome
from tasks.clock import Clock

FAULT = "proc.clock_jump"
JUMPS = (timedelta(seconds=5), timedelta(seconds=-5), timedelta(hours=1))

_READERS = ("adapters.bybit.stamping", "adapters.bybit.calls", "tasks.clock")
"""The modules that ask what time it is; pybit asks `time.time`."""


class JumpingClock:
    """All clocks of a process, wrong by `lead` from the moment it has jumped."""

    def __init__(self) -> None:
        self.lead = timedelta(0)
        self._seconds = time.time

    def jump(self, by: timedelta) -> None:
        """Be wrong from now on."""
        self.lead = by

    def time(self) -> float:
        """What `time.time` says."""
        return self._seconds() + self.lead.total_seconds()

    def now(self, zone: tzinfo | None = None) -> datetime:
        """What `datetime.now` says."""
        return datetime.now(zone) + self.lead

    @contextmanager
    def felt(self, right: Clock) -> Iterator[Clock]:
        """`right` as it is inside the block, in which everything in the process goes by ours."""
        with ExitStack() as stack:
            stack.enter_context(patch("time.time", self.time))
            for module in _READERS:
                stack.enter_context(patch(f"{module}.datetime", self))
            yield lambda: right() + self.lead


def jump_clock(scene: Scene, trial: Trial) -> Course:
    """Jump at the point, each turn by another span; the run goes on with the wrong time."""
    by = JUMPS[trial.turn % len(JUMPS)]
    return outcome(Child.start(partial(_work, scene, trial, by), scene.log), scene)


def _work(scene: Scene, trial: Trial, by: timedelta) -> None:
    clock = JumpingClock()
    countdown = Countdown(trial.plan.number, partial(clock.jump, by))
    with (
        desk(scene.settings) as resources,
        clock.felt(resources.now) as now,
        points(countdown.reach),
    ):
        WORKS[trial.plan.work](replace(resources, now=now))
