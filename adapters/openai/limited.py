"""How many calls of this process are on their way at once."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from trading.errors import MisconfiguredError
from trading.model_errors import NotSentError


class CallLimit:
    """At most `most` calls at once; safe to share between threads."""

    def __init__(self, most: int, elapsed: Callable[[], float] = time.monotonic) -> None:
        if most < 1:
            message = f"at most {most} model calls at once; allowed: 1 or more"
            raise MisconfiguredError(message)
        self._most = most
        self._places = threading.BoundedSemaphore(most)
        self._elapsed = elapsed

    @contextmanager
    def place(self, within: timedelta) -> Iterator[timedelta]:
        """A place for one call, and how much of `within` is left when it is free.

        Raises:
            NotSentError: none got free in time.
        """
        started = self._elapsed()
        if not self._places.acquire(timeout=within.total_seconds()):
            raise self._full(within)
        try:
            left = within - timedelta(seconds=self._elapsed() - started)
            if left <= timedelta(0):
                raise self._full(within)
            yield left
        finally:
            self._places.release()

    def _full(self, within: timedelta) -> NotSentError:
        return NotSentError(
            f"all {self._most} places for model calls were taken for {within.total_seconds():g} s",
            advice="Allow more calls at once, or ask for fewer symbols.",
        )
