"""How often and how patiently a read is repeated. Writes are never repeated here."""

from dataclasses import dataclass
from datetime import timedelta

import stamina

from trading.errors import ExchangeOutcomeUnknownError, ExchangeRetryableError


@dataclass(frozen=True, slots=True)
class ReadPolicy:
    """Jittered exponential backoff: pauses double from the first to the longest.

    The exchange's rate-limit window is one second (bybit_v5.md §1.2), so the jitter spreads the
    callers over a second; its reset header is not used, it may be missing or in the past.
    """

    attempts: int = 5
    within: timedelta = timedelta(seconds=30)
    first_pause: timedelta = timedelta(milliseconds=200)
    longest_pause: timedelta = timedelta(seconds=5)
    jitter: timedelta = timedelta(seconds=1)

    def caller(self) -> stamina.BoundRetryingCaller:
        """Calls a read and repeats it when it did not happen or its answer got lost."""
        retrying = stamina.RetryingCaller(
            attempts=self.attempts,
            timeout=self.within,
            wait_initial=self.first_pause,
            wait_max=self.longest_pause,
            wait_jitter=self.jitter,
        )
        return retrying.on((ExchangeRetryableError, ExchangeOutcomeUnknownError))
