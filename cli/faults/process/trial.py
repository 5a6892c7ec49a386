"""One trial: something happens to a process in the middle of its work, and the desk settles."""

from collections.abc import Callable
from dataclasses import dataclass

from cli.faults.evidence import Violation
from cli.faults.kill.child import Child, ExitCode
from cli.faults.kill.ending import End, settled
from cli.faults.kill.plans import Plan
from cli.faults.kill.scene import Beginning, Scene
from cli.faults.kill.works import last_words
from cli.faults.results import Key, RunResult
from cli.faults.silence import silenced
from trading.errors import InvariantError


@dataclass(frozen=True, slots=True)
class Trial:
    """What happens at which point; `turn` counts the trials of a fault, from 0."""

    fault: str
    plan: Plan
    turn: int

    @property
    def key(self) -> Key:
        """The key of its result."""
        return self.fault, self.plan.number, self.plan.place

    @property
    def name(self) -> str:
        """A name for its files and its database."""
        return f"{self.fault}_{self.plan.work}_{self.plan.number}_{self.turn}".replace(".", "_")


@dataclass(frozen=True, slots=True)
class Course:
    """What came of the disturbed runs themselves: violations, and what a run may raise."""

    violations: tuple[Violation, ...] = ()
    errors: tuple[str, ...] = ()


Disturb = Callable[[Scene, Trial], Course]


def conduct(disturb: Disturb, beginning: Beginning, trial: Trial) -> RunResult:
    """Play the scene, disturb it, let the desk settle, and hold the two sides against each other.

    A desk that cannot go on afterwards broke I14.
    """
    with silenced(beginning.folder / f"{trial.name}.desk.log"):
        try:
            with beginning.played(trial.plan.work, name=trial.name) as scene:
                course = disturb(scene, trial)
                end = settled(scene, trial.plan.work)
        except InvariantError as error:
            return _result(trial, Course((Violation("I14", str(error)),)), trial.plan.expected)
    return _result(trial, course, end)


def outcome(child: Child, scene: Scene) -> Course:
    """What came of a disturbed run: it may fail, but only as runs fail in trouble."""
    code = child.wait()
    if code == ExitCode.DONE:
        return Course()
    words = last_words(scene)
    if code == ExitCode.FAILED:
        return Course(errors=(words,))
    return Course((Violation("I14", f"the run ended with exit code {code}: {words}"),))


def _result(trial: Trial, course: Course, end: End) -> RunResult:
    found = (*course.violations, *end.violations)
    return RunResult(
        fault=trial.fault,
        seed=trial.plan.number,
        violations=tuple(
            Violation(one.invariant, f"{trial.plan}, turn {trial.turn}: {one.detail}")
            for one in found
        ),
        naked_seconds=end.naked_seconds,
        recover_seconds=end.recover_seconds,
        struck=1,
        errors=course.errors,
        point=trial.plan.place,
    )
