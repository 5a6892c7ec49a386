"""The disk is full in the middle of a run, and has room again after it (proc.disk_full).

It is the disk of the exchange's journal: the exchange takes nothing that it cannot write down.
"""

import resource

from cli.faults.kill.points import stand_still
from cli.faults.kill.scene import Scene
from cli.faults.kill.works import acting
from cli.faults.process.trial import Course, Trial, outcome

FAULT = "proc.disk_full"

_HALF_A_LINE = 40
"""Bytes that still fit on the full disk."""

_UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


def fill_disk(scene: Scene, trial: Trial) -> Course:
    """From the point on nothing can be written; after the run everything can."""
    with acting(scene, trial.plan.work, trial.plan.number, stand_still) as child:
        child.wait_until_stopped()
        room = scene.journal.stat().st_size + _HALF_A_LINE
        resource.prlimit(scene.exchange_id, resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
        child.go_on()
        course = outcome(child, scene)
    resource.prlimit(scene.exchange_id, resource.RLIMIT_FSIZE, _UNLIMITED)
    return course
