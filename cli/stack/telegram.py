"""The bot as a child process."""

import sys
from collections.abc import Mapping

from cli.stack.child_output import Sink
from cli.stack.children import Child

COMMAND = (sys.executable, "-m", "cli.main", "telegram")


def start_telegram(environment: Mapping[str, str], *, log: Sink) -> Child:
    """Start the bot. It is not waited for: Telegram may be away, and trading goes on without it.

    A token that Telegram refuses ends the process, with its own words.
    """
    return Child.start("telegram", COMMAND, environment, log=log)
