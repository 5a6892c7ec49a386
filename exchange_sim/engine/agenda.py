"""What the venue will do by itself at a later market moment: the rest of a fill, a late stop."""

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

from exchange_sim.engine.disturbances import FAR_MS

Action = Callable[[], None]


class Agenda:
    """Actions by market time; at one moment in the order they were noted."""

    def __init__(self) -> None:
        self._noted: list[tuple[int, int, Action]] = []
        self._numbers = count()
        self.due_ms = FAR_MS  # plain attribute: it is compared once per market event

    def note(self, at_ms: int, action: Action) -> None:
        """Do `action` when the market clock reaches `at_ms`."""
        heappush(self._noted, (at_ms, next(self._numbers), action))
        self.due_ms = self._noted[0][0]

    def take(self) -> tuple[int, Action]:
        """The next action and its moment; it is no longer on the agenda."""
        at_ms, _, action = heappop(self._noted)
        self.due_ms = self._noted[0][0] if self._noted else FAR_MS
        return at_ms, action
