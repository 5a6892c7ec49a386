"""Asking again: when, how long after, and how often (analysis.md §3.10).

| what happened                                   | asked again                  |
|-------------------------------------------------|------------------------------|
| not reached, cut off, timed out                 | after 1–20 s, at most twice  |
| 408, 409, 429, 5xx                              | the same, or `Retry-After`   |
| 429 `insufficient_quota` or "request too large" | no                           |
| 400, 401, 402, 403, 404, 413, 422, a redirect   | no                           |
| less than 5 s would be left after the pause     | no                           |
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeAlias

from trading.checks import require
from trading.model_errors import ModelError, ModelUnavailableError
from trading.replies import ModelReply, ModelRequest

Ask: TypeAlias = Callable[[ModelRequest], ModelReply]
"""Asks a model once and raises ModelError if there is no answer."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a question is asked again and how long the pauses are.

    With less than `least` left no model answers: such a try would only be billed.
    """

    retries: int = 2
    shortest: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(seconds=20)
    least: timedelta = timedelta(seconds=5)

    def __post_init__(self) -> None:
        require(self.retries >= 0, f"{self.retries} retries; at least 0")
        require(
            timedelta(0) <= self.shortest <= self.longest,
            f"pauses of {self.shortest} to {self.longest}; the first not above the second",
        )

    def pause_after(self, error: ModelError, number: int, luck: float) -> timedelta | None:
        """How long to wait after attempt `number`; None if the question is not asked again.

        Full jitter: `luck` (0..1) picks any length between the shortest and the longest pause, so
        that callers that failed together do not return together. The server's word goes first.
        """
        if number > self.retries or not isinstance(error, ModelUnavailableError):
            return None
        pause = self.shortest + (self.longest - self.shortest) * luck
        return max(pause, error.retry_after or timedelta(0))


@dataclass(frozen=True, slots=True)
class Waiting:
    """Time and luck. `elapsed` is a clock in seconds that never jumps, `luck` is within 0..1."""

    elapsed: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    luck: Callable[[], float] = random.random


def ask_patiently(
    ask: Ask,
    request: ModelRequest,
    *,
    waiting: Waiting,
    patience: Patience | None = None,
) -> ModelReply:
    """The reply to `request`, asked again where that may help; never past its deadline.

    The reply knows how many attempts there were.

    Raises:
        ModelUnavailableError: the last failure, when tries or time ran out.
        ModelRefusedError: at once; the message says what has to change first.
    """
    patience = patience or Patience()
    until = waiting.elapsed() + request.deadline.total_seconds()
    left = request.deadline
    number = 1
    while True:
        try:
            return replace(ask(replace(request, deadline=left)), attempts=number)
        except ModelError as error:
            pause = patience.pause_after(error, number, waiting.luck())
            left = timedelta(seconds=until - waiting.elapsed())
            if pause is None or pause + patience.least > left:
                raise
        waiting.sleep(pause.total_seconds())
        left -= pause
        number += 1
