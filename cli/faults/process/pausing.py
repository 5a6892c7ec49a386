"""A process is stopped for longer than its requests live, while another one works (proc.pause)."""

import time

from cli.faults.kill.child import ExitCode
from cli.faults.kill.ending import GRACE
from cli.faults.kill.points import stand_still
from cli.faults.kill.scene import Scene
from cli.faults.kill.works import acting, last_words, undisturbed
from cli.faults.process.trial import Course, Trial, outcome
from trading.errors import InvariantError

FAULT = "proc.pause"

_ASLEEP_SECONDS = 2.2
"""More than the receive window of the desk under test, 1 s, and the second on top of it."""


def pause(scene: Scene, trial: Trial) -> Course:
    """Stop at the point, let two syncs of another process run a minute apart, and go on.

    The syncs may fail: who is stopped within a transaction keeps its rows locked.
    """
    with acting(scene, trial.plan.work, trial.plan.number, stand_still) as child:
        child.wait_until_stopped()
        time.sleep(_ASLEEP_SECONDS)
        _sync(scene)
        scene.wind(GRACE)
        _sync(scene)
        child.go_on()
        return outcome(child, scene)


def _sync(scene: Scene) -> None:
    code = undisturbed(scene, "sync").wait()
    if code not in {ExitCode.DONE, ExitCode.FAILED}:
        message = f"a sync beside a stopped process ended with {code}: {last_words(scene)}"
        raise InvariantError(message)
