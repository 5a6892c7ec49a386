"""What is disturbed, one cycle or one synchronisation, and the child processes that do it."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

from cli.faults.kill.child import Child
from cli.faults.kill.points import Countdown, Reach, die, points
from cli.faults.kill.scene import Scene, desk
from flows.position_sync import run_sync
from flows.trading_cycle import run_cycle
from tasks.resources import Resources
from trading.errors import InvariantError

Work = Callable[[Resources], object]

WORKS: Mapping[str, Work] = MappingProxyType(
    {"cycle": lambda resources: run_cycle(resources, None), "sync": run_sync}
)


def noting(scene: Scene, work: str, passed: Path) -> Child:
    """A child that does `work` and leaves the names of its points in the file `passed`."""
    countdown = Countdown(None, die)

    def note() -> None:
        do(scene, work, countdown.reach)
        passed.write_text("\n".join(countdown.names))

    return Child.start(note, scene.log)


def acting(scene: Scene, work: str, number: int, act: Callable[[], object]) -> Child:
    """A child that does `work` and acts at the point `number`, counted from 1."""
    return Child.start(partial(do_acting, scene, work, number, act), scene.log)


def undisturbed(scene: Scene, work: str) -> Child:
    """A child that does `work` as any run does."""
    return Child.start(partial(do, scene, work, _pass), scene.log)


def do_acting(scene: Scene, work: str, number: int, act: Callable[[], object]) -> None:
    """Do the work in this process and act at the point `number`, counted from 1."""
    do(scene, work, Countdown(number, act).reach)


def do(scene: Scene, work: str, reach: Reach) -> None:
    """Do the work in this process; `reach` hears of every point."""
    with desk(scene.settings) as resources, points(reach):
        WORKS[work](resources)


def _pass(_point: str) -> None:
    return None


def require_done(code: int, what: str, scene: Scene) -> None:
    """Raises InvariantError, with the child's last words, unless the exit code is 0."""
    if code != 0:
        message = f"{what} failed with exit code {code}: {last_words(scene)}"
        raise InvariantError(message)


def last_words(scene: Scene) -> str:
    """The end of the newest error that a child of the scene raised; empty without one."""
    lines = scene.log.read_text().strip().splitlines() if scene.log.exists() else []
    return " | ".join(lines[-2:])
