"""A journal that keeps the market clock's own movements only as often as somebody needs them."""

from collections.abc import Sequence

from exchange_sim.engine.journal import Entry, Journal
from exchange_sim.engine.replay import ADVANCE


class LazyJournal:
    """Writes commands at once, and the last movement of the clock when it is flushed.

    A running market moves twenty times a second, and every command carries its market time, so
    writing each movement would only fill the disk. After a crash the clock may stand up to one
    flush earlier; what happens from there on is the same again, ids included.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._movement: Entry | None = None

    @property
    def entries(self) -> Sequence[Entry]:
        """The inputs found when it was opened, oldest first."""
        return self._journal.entries

    def append(self, entry: Entry) -> None:
        """Keep an input: a movement of the clock until the next flush, anything else now.

        Raises: JournalError if a command could not be written; it must not be applied then.
        """
        if entry.action == ADVANCE:
            self._movement = entry
            return
        self._journal.append(entry)
        self._movement = None

    def flush(self) -> None:
        """Write the last movement. Raises: JournalError; the movement is kept for the next try."""
        if self._movement is not None:
            self._journal.append(self._movement)
            self._movement = None

    def close(self) -> None:
        """Write what is left and let others use the journal."""
        try:
            self.flush()
        finally:
            self._journal.close()
