"""`data download`: what is asked of the exchange, and what came of it."""

from dataclasses import dataclass
from datetime import datetime

from tasks.candle_store.downloading import Downloaded, Wish
from trading.candle_series import SeriesName
from trading.candles import Interval
from trading.errors import MisconfiguredError


@dataclass(frozen=True, slots=True)
class Order:
    """What the owner wants to have; `until` None: up to the last closed candle."""

    symbols: tuple[str, ...]
    interval: Interval
    since: datetime
    until: datetime | None
    with_funding: bool
    with_mark: bool

    def wishes(self, now: datetime) -> list[Wish]:
        """One for each series, of candles that are closed at `now`.

        Raises:
            MisconfiguredError: no candle of that time is closed.
        """
        since, closed = _first_from(self.interval, self.since), self.interval.floor(now)
        until = closed if self.until is None else _first_from(self.interval, self.until)
        until = min(until, closed)
        if since >= until:
            message = (
                f"no {self.interval} candle from {self.since.isoformat()} on is closed before "
                f"{until.isoformat()}; correct --from and --to, or wait until it has closed"
            )
            raise MisconfiguredError(message)
        kinds = (False, True) if self.with_mark else (False,)
        return [
            Wish(SeriesName(symbol, self.interval, kind), since, until)
            for symbol in self.symbols
            for kind in kinds
        ]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of an order; `funding` are the new rates of each symbol."""

    series: tuple[Downloaded, ...]
    funding: dict[str, int]


def _first_from(interval: Interval, moment: datetime) -> datetime:
    """Open time of the first candle that opens at or after a moment."""
    floor = interval.floor(moment)
    return floor if floor == moment else floor + interval.length
