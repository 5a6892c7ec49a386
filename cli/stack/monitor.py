"""The monitor as a child process."""

import sys
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import timedelta
from threading import Event

from cli.stack.child_output import Sink
from cli.stack.children import Child

COMMAND = (sys.executable, "-m", "cli.main", "monitor")

_READY = timedelta(seconds=60)
_SERVING = ("monitor active", "monitor standby")


def start_monitor(environment: Mapping[str, str], *, log: Sink) -> Child:
    """Start a monitor and wait until it serves the account, or stands by for the one that does.

    Raises:
        ChildError: it did not start; the message has its own words.
    """
    serving = Event()

    def read(line: str) -> None:
        log(line)
        if line.startswith(_SERVING):
            serving.set()

    child = Child.start("monitor", COMMAND, environment, log=read)
    with ExitStack() as undo:
        undo.callback(child.stop)
        child.wait_until_ready(serving.is_set, _READY)
        undo.pop_all()
    return child
