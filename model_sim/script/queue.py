"""The steps that are still to come, one for each question."""

from collections import deque
from collections.abc import Iterable

from model_sim.script.steps import Kind, Step

_GOOD = Step(Kind.GOOD)


class Script:
    """A queue of steps. When it is empty every question is answered well."""

    def __init__(self) -> None:
        self._steps: deque[Step] = deque()

    def __len__(self) -> int:
        return len(self._steps)

    def add(self, steps: Iterable[Step]) -> None:
        """Let these steps follow what is there."""
        self._steps.extend(steps)

    def clear(self) -> int:
        """Forget all steps; how many there were."""
        count = len(self._steps)
        self._steps.clear()
        return count

    def take(self) -> Step:
        """The step of the next question."""
        return self._steps.popleft() if self._steps else _GOOD
