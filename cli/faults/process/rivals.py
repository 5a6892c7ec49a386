"""Two processes run the same slot at once: exactly one does it (proc.two_instances)."""

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from cli.faults.evidence import Violation
from cli.faults.kill.child import Child
from cli.faults.kill.points import Countdown, Reach, die, points, stand_still
from cli.faults.kill.scene import Scene, desk
from cli.faults.process.trial import Course, Trial, outcome
from flows.trading_cycle import run_cycle
from trading.reasons import SkipReason

FAULT = "proc.two_instances"

_TYPED = frozenset({SkipReason.SECOND_INSTANCE, SkipReason.ALREADY_CLAIMED})


def compete(scene: Scene, trial: Trial) -> Course:
    """The first turn: both are let go at the same moment. Then: one at a point of the other's."""
    told = tuple(scene.log.with_suffix(f".{name}") for name in ("first", "second"))
    if trial.turn == 0:
        courses = _together(scene, told)
    else:
        courses = _one_within_the_other(scene, trial.plan.number, told)
    skips = [file.read_text() for file in told if file.exists()]
    return Course(
        tuple(found for course in courses for found in course.violations) + _exactly_one(skips),
        tuple(error for course in courses for error in course.errors),
    )


def _together(scene: Scene, told: Sequence[Path]) -> list[Course]:
    gate, handle = os.pipe()

    def wait_and_run(file: Path) -> None:
        os.close(handle)
        os.read(gate, 1)  # until the other end is closed everywhere
        _cycle(scene, Countdown(None, die).reach, file)

    children = [Child.start(partial(wait_and_run, file), scene.log) for file in told]
    os.close(handle)
    os.close(gate)
    return [outcome(child, scene) for child in children]


def _one_within_the_other(scene: Scene, number: int, told: Sequence[Path]) -> list[Course]:
    reach, free = Countdown(number, stand_still).reach, Countdown(None, die).reach
    with Child.start(partial(_cycle, scene, reach, told[0]), scene.log) as first:
        first.wait_until_stopped()
        second = outcome(Child.start(partial(_cycle, scene, free, told[1]), scene.log), scene)
        first.go_on()
        return [second, outcome(first, scene)]


def _cycle(scene: Scene, reach: Reach, told: Path) -> None:
    with desk(scene.settings) as resources, points(reach):
        told.write_text(run_cycle(resources, None).skipped)


def _exactly_one(skips: list[str]) -> tuple[Violation, ...]:
    untyped = [skip for skip in skips if skip and skip.partition(":")[0] not in _TYPED]
    if untyped:
        return (Violation("I14", f"a second instance skipped for {untyped[0]}"),)
    if skips.count("") != 1:
        return (Violation("I1", f"{skips.count('')} of two instances did the cycle: {skips}"),)
    return ()
