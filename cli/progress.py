"""What a person sees while long work is done: one bar on a terminal, nothing in a pipe."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)


class Bar:
    """So many steps of work, of which some are done."""

    def __init__(self, progress: Progress, what: str, total: int) -> None:
        self._progress = progress
        self._task = progress.add_task(what, total=total, standing="")

    def advance(self, steps: int = 1) -> None:
        """So many more steps are done."""
        self._progress.advance(self._task, steps)

    def tell(self, what: str, standing: str) -> None:
        """Where the work is now, and how it stands; rich's markup is understood."""
        self._progress.update(self._task, description=what, standing=standing)


@contextmanager
def progress_bar(what: str, total: int, *, console: Console | None = None) -> Iterator[Bar]:
    """A bar on stderr that counts to `total` and is gone at the end; a pipe sees nothing."""
    shown_on = console or Console(stderr=True)
    progress = Progress(
        SpinnerColumn(),
        TextColumn("[bold]{task.description}[/]"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("{task.fields[standing]}"),
        TimeRemainingColumn(compact=True),
        console=shown_on,
        disable=not shown_on.is_terminal,
        transient=True,
    )
    with progress:
        yield Bar(progress, what, total)
