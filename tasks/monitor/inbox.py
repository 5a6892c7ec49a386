"""Pushes on their way from the sockets to the writer: in order, bounded, never waiting."""

from collections import deque
from threading import Condition

from tasks.monitor.sockets import Unread

MOST = 50_000
"""How many pushes may wait; beyond it the oldest are dropped and the account is read anew."""


class Inbox:
    """A queue between threads. To put never blocks: a socket's thread must go on reading."""

    def __init__(self, most: int = MOST) -> None:
        self._pushes: deque[Unread] = deque(maxlen=most)
        self._filled = Condition()
        self._dropped = 0

    def put(self, push: Unread) -> None:
        """Add a push."""
        with self._filled:
            if len(self._pushes) == self._pushes.maxlen:
                self._dropped += 1
            self._pushes.append(push)
            self._filled.notify()

    def take(self, at_most: int, *, wait_seconds: float) -> list[Unread]:
        """The oldest pushes, at most so many; empty if none came in time."""
        with self._filled:
            self._filled.wait_for(lambda: bool(self._pushes), wait_seconds)
            return [self._pushes.popleft() for _ in range(min(at_most, len(self._pushes)))]

    def take_dropped(self) -> int:
        """How many pushes were lost since the last question."""
        with self._filled:
            dropped, self._dropped = self._dropped, 0
            return dropped
