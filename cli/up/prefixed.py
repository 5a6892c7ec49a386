"""What the processes print, as one stream in which every line says whose it is."""

from collections.abc import Iterable
from itertools import cycle

from rich.console import Console
from rich.text import Text

from cli.stack.child_output import Sink
from config.masking import mask

_COLOURS = ("cyan", "green", "magenta", "yellow", "blue")
_WIDTH = 11  # the longest name: "deployments"


class PrefixedLog:
    """Gives every process a sink of its own name and colour; secrets are masked."""

    def __init__(self, console: Console, secrets: Iterable[str]) -> None:
        self._console = console
        self._secrets = tuple(secrets)
        self._colours = cycle(_COLOURS)

    def sink(self, name: str) -> Sink:
        """Writes a line behind `name`."""
        prefix = Text(f"{name:<{_WIDTH}} │ ", style=next(self._colours))

        def write(line: str) -> None:
            # Parsed, not printed raw: a child that believes in a terminal sends colours.
            words = Text.from_ansi(mask(line, self._secrets))
            self._console.print(Text.assemble(prefix, words), soft_wrap=True)

        return write
