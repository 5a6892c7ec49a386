"""What a person sees while a demo runs: a spinner, then a bar. Nothing of it in a pipe."""

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

from cli.demo.results import Standing
from cli.demo.timetable import MarketHour, Timetable


class HourBar:
    """One step per market hour, with where the account stands."""

    def __init__(self, progress: Progress, hours: int) -> None:
        self._progress = progress
        self._task = progress.add_task("demo", total=hours, market="starting", standing="")

    def show(self, hour: MarketHour, standing: Standing) -> None:
        """The hour is over."""
        self._progress.update(
            self._task,
            advance=1,
            market=f"{hour.slot:%Y-%m-%d %H:%M}",
            standing=_words(standing),
        )


@contextmanager
def hour_bar(console: Console, timetable: Timetable) -> Iterator[HourBar]:
    """A bar on a terminal; in a pipe the same calls show nothing."""
    progress = Progress(
        SpinnerColumn(),
        TextColumn("[bold]{task.fields[market]}[/]"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("{task.fields[standing]}"),
        TimeRemainingColumn(compact=True),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
    with progress:
        yield HourBar(progress, timetable.cycles)


def _words(standing: Standing) -> str:
    return (
        f"equity [bold]{standing.equity_usdt:,.2f}[/] USDT · "
        f"{standing.open_positions} open · {standing.trades} trades"
    )
