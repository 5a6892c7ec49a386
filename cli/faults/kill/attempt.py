"""One attempt: play the scene, die at a point or not, restart, settle, and say how it ended."""

import signal

from cli.faults.kill.ending import End, settled
from cli.faults.kill.points import die
from cli.faults.kill.scene import Beginning
from cli.faults.kill.works import acting, noting, require_done
from trading.errors import InvariantError


def count_points(beginning: Beginning, work: str) -> tuple[list[str], End]:
    """The names of all points that `work` passes, and how it ends when nothing happens."""
    with beginning.played(work, name=f"count_{work}") as scene:
        passed = beginning.folder / f"{work}.points"
        require_done(noting(scene, work, passed).wait(), work, scene)
        return passed.read_text().splitlines(), settled(scene, work)


def killed_at(beginning: Beginning, work: str, number: int) -> End:
    """How `work` ends when it dies at the point `number` and the desk is started again."""
    with beginning.played(work, name=f"kill_{work}_{number}") as scene:
        code = acting(scene, work, number, die).wait()
        if code != -signal.SIGKILL:
            message = f"{work} was to die at point {number} and ended with exit code {code}"
            raise InvariantError(message)
        return settled(scene, work)
