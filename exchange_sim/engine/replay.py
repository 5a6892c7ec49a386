"""Repeats the inputs of a journal, which brings the venue to the state it was in."""

from collections.abc import Callable, Iterable, Mapping

from exchange_sim.engine.errors import JournalError, VenueError
from exchange_sim.engine.journal import Entry

ADVANCE = "advance"
Command = Callable[[str, Mapping[str, object]], object]


def replay(
    entries: Iterable[Entry], advance: Callable[[int], None], commands: Mapping[str, Command]
) -> None:
    """Move the clock to each input and give the command again.

    Raises: JournalError if a command is unknown or refused: market data or code are not those
    the journal was written with.
    """
    for number, entry in enumerate(entries, start=2):  # line 1 is the configuration
        advance(entry.at_ms)
        if entry.action == ADVANCE:
            continue
        command = commands.get(entry.action)
        if command is None:
            message = f"journal line {number}: {entry.action!r} is not a known command"
            raise JournalError(message)
        try:
            command(entry.account, entry.params or {})
        except VenueError as error:
            message = (
                f"journal line {number}: {entry.action} is refused now ({error}) but was accepted "
                "then; use the market data and the version the journal was written with"
            )
            raise JournalError(message) from error
