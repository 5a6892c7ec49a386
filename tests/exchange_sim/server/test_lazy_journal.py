"""A journal that does not write every movement of the clock."""

import pytest

from exchange_sim.engine.errors import JournalError
from exchange_sim.engine.journal import Entry, NoJournal
from exchange_sim.server.lazy_journal import LazyJournal


class Kept(NoJournal):
    """Keeps entries in a list; refuses while `full`."""

    def __init__(self) -> None:
        self.kept: list[Entry] = []
        self.full = False
        self.closed = False

    def append(self, entry: Entry) -> None:
        """Keep or refuse."""
        if self.full:
            message = "disk full"
            raise JournalError(message)
        self.kept.append(entry)

    def close(self) -> None:
        """Note it."""
        self.closed = True


def move(to_ms: int) -> Entry:
    return Entry(to_ms, "advance")


ORDER = Entry(25, "create_order", "1", {"symbol": "BTCUSDT"})


def test_only_the_last_movement_is_written_when_flushed() -> None:
    kept = Kept()
    journal = LazyJournal(kept)

    for to_ms in (10, 20, 30):
        journal.append(move(to_ms))
    assert kept.kept == []
    journal.flush()
    journal.flush()

    assert kept.kept == [move(30)]


def test_a_command_is_written_at_once_and_covers_the_movement_before_it() -> None:
    kept = Kept()
    journal = LazyJournal(kept)

    journal.append(move(25))
    journal.append(ORDER)
    journal.close()

    assert kept.kept == [ORDER]
    assert kept.closed


def test_closing_writes_what_is_left() -> None:
    kept = Kept()
    journal = LazyJournal(kept)
    journal.append(move(40))

    journal.close()

    assert (kept.kept, kept.closed) == ([move(40)], True)


def test_a_full_disk_refuses_commands_and_keeps_the_movement_for_later() -> None:
    kept = Kept()
    journal = LazyJournal(kept)
    journal.append(move(40))
    kept.full = True
    for refused in (lambda: journal.append(ORDER), journal.flush):
        with pytest.raises(JournalError):
            refused()

    kept.full = False
    journal.flush()

    assert kept.kept == [move(40)]
    assert journal.entries == ()
