"""The door to the desk for whoever starts a process that stands outside its runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from cli.desk_clock import desk_clock
from config.settings import Settings
from tasks import door
from tasks.door import Door


@contextmanager
def open_door(settings: Settings, *, role: str) -> Iterator[Door]:
    """The way to the desk of the settings, at its own time.

    `role` names the process in the database's own views.

    Raises:
        MisconfiguredError: the database cannot be reached or its schema is not this program's.
    """
    with desk_clock(settings) as now, door.open_door(settings, role=role, now=now) as opened:
        yield opened
