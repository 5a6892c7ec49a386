"""The fault log: every strike of every fault, numbered, to tell causes from effects."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

from exchange_sim.faults.injection import FaultEvent, Injection


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One strike: which fault, when (market and wall milliseconds), at what, and what it did.

    Equal seeds and events give equal entries but for `wall_ms`.
    """

    sequence: int
    name: str
    injection_id: int
    at_ms: int
    wall_ms: int
    event: FaultEvent
    detail: str = ""

    def row(self) -> dict[str, object]:
        """The entry as a JSON object; what is not known of the event is left out."""
        names = [field.name for field in fields(FaultEvent)]
        known = {name: getattr(self.event, name) for name in names if getattr(self.event, name)}
        return {
            "sequence": self.sequence,
            "name": self.name,
            "id": self.injection_id,
            "at_ms": self.at_ms,
            "wall_ms": self.wall_ms,
            "event": known,
            "detail": self.detail,
        }


class FaultLog:
    """The entries so far, oldest first; sequence numbers start at 1 and have no gaps."""

    def __init__(self, wall_ms: Callable[[], int]) -> None:
        self._wall_ms = wall_ms
        self.entries: list[LogEntry] = []

    @property
    def next_sequence(self) -> int:
        """The number the next entry will bear."""
        return len(self.entries) + 1

    def write(self, injection: Injection, event: FaultEvent, detail: str = "") -> LogEntry:
        """Add an entry."""
        entry = LogEntry(
            sequence=self.next_sequence,
            name=injection.name,
            injection_id=injection.id,
            at_ms=event.now_ms,
            wall_ms=self._wall_ms(),
            event=event,
            detail=detail,
        )
        self.entries.append(entry)
        return entry

    def explain(self, entry: LogEntry, detail: str) -> None:
        """Add to an entry what its strike did."""
        self.entries[entry.sequence - 1] = replace(entry, detail=detail)
