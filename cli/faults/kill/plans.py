"""Which points there are, found by walking every work once without a disturbance."""

from dataclasses import dataclass

from cli.faults.kill.attempt import count_points
from cli.faults.kill.ending import End
from cli.faults.kill.scene import Beginning
from cli.faults.kill.works import WORKS
from cli.faults.silence import silenced


@dataclass(frozen=True, slots=True)
class Plan:
    """A point of a work, by its number from 1, and how the work ends when nothing happens."""

    work: str
    number: int
    point: str
    expected: End

    @property
    def place(self) -> str:
        """Its work and number."""
        return f"{self.work}-{self.number}"

    def __str__(self) -> str:
        return f"{self.work} at point {self.number} ({self.point})"


def planned(beginning: Beginning, *, every: int) -> list[Plan]:
    """Make the beginning, and walk every work once: each `every`-th of its points."""
    plans: list[Plan] = []
    with silenced(beginning.folder / "prepared.log"):
        beginning.prepare()
        for work in WORKS:
            names, end = count_points(beginning, work)
            numbered = list(enumerate(names, start=1))
            plans += [Plan(work, number, name, end) for number, name in numbered[::every]]
    return plans
