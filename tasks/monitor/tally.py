"""What the monitor has seen and done, counted; several threads count."""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from threading import Lock


class Seen(StrEnum):
    """Things that are counted."""

    MESSAGES = "messages"
    QUOTES = "quotes"
    ORDERS = "orders"
    EXECUTIONS = "executions"
    POSITIONS = "positions"
    WALLETS = "wallets"
    FOREIGN = "left_to_sync"
    REFUSED = "refused"
    DROPPED = "dropped"
    COMMITS = "commits"
    WRITE_RETRIES = "write_retries"
    CONNECTIONS = "connections"
    FAULTS = "faults"
    FAILED_CONNECTIONS = "failed_connections"
    RECONCILIATIONS = "reconciliations"
    FAILED_RECONCILIATIONS = "failed_reconciliations"
    GUARDED = "guarded"
    CHECKS = "checks"
    MISSED = "missed"


class Tally:
    """Counters by what they count."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[Seen] = Counter()

    def add(self, seen: Seen, count: int = 1) -> int:
        """Count `count` more; gives the sum."""
        with self._lock:
            self._counts[seen] += count
            return self._counts[seen]

    def counts(self) -> Mapping[Seen, int]:
        """Everything that was counted at least once, in the order of `Seen`."""
        with self._lock:
            return {seen: self._counts[seen] for seen in Seen if self._counts[seen]}

    def __str__(self) -> str:
        return ", ".join(f"{seen.replace('_', ' ')} {n}" for seen, n in self.counts().items())
