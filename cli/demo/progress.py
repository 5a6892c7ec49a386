"""What a person sees while a demo runs: market time, and where the account stands."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from cli.demo.results import Standing
from cli.demo.timetable import MarketHour, Timetable
from cli.progress import Bar, progress_bar


class HourBar:
    """One step per market hour, with where the account stands."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar

    def show(self, hour: MarketHour, standing: Standing) -> None:
        """The hour is over."""
        self._bar.advance()
        self._bar.tell(f"{hour.slot:%Y-%m-%d %H:%M}", _words(standing))


@contextmanager
def hour_bar(console: Console, timetable: Timetable) -> Iterator[HourBar]:
    """A bar on a terminal; in a pipe the same calls show nothing."""
    with progress_bar("starting", timetable.cycles, console=console) as bar:
        yield HourBar(bar)


def _words(standing: Standing) -> str:
    return (
        f"equity [bold]{standing.equity_usdt:,.2f}[/] USDT · "
        f"{standing.open_positions} open · {standing.trades} trades"
    )
