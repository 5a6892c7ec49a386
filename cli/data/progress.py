"""What a person sees while candles come in: a bar. Nothing of it in a pipe."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Advance = Callable[[int], None]


@contextmanager
def candle_bar(what: str, total: int) -> Iterator[Advance]:
    """A bar on a terminal that counts candles; in a pipe the same calls show nothing."""
    console = Console(stderr=True)
    progress = Progress(
        TextColumn("[bold]{task.description}[/]"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
    with progress:
        task = progress.add_task(what, total=total)
        yield lambda count: progress.advance(task, count)
