"""Which candles are meant, and how much of them is kept somewhere."""

from dataclasses import dataclass
from datetime import datetime

from trading.candles import Interval
from trading.checks import require, require_utc


@dataclass(frozen=True, slots=True)
class SeriesName:
    """The candles of one symbol and length: last-traded prices, or mark prices."""

    symbol: str
    interval: Interval
    is_mark: bool = False

    def __str__(self) -> str:
        return f"{self.symbol} {self.interval}{' mark' if self.is_mark else ''}"


@dataclass(frozen=True, slots=True)
class Span:
    """Open times from `since` to before `until`, both UTC; None is unbounded."""

    since: datetime | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        for name, moment in (("since", self.since), ("until", self.until)):
            if moment is not None:
                require_utc(name, moment)
        if self.since is not None and self.until is not None:
            require(
                self.since < self.until,
                f"the time from {self.since.isoformat()} to {self.until.isoformat()} is empty; "
                "its end must lie after its beginning",
            )

    def __str__(self) -> str:
        since = "the beginning" if self.since is None else self.since.isoformat()
        until = "now" if self.until is None else self.until.isoformat()
        return f"{since} to {until}"


@dataclass(frozen=True, slots=True)
class Holding:
    """What is kept of a series: open times of the first and the last candle, and how many."""

    name: SeriesName
    first: datetime
    last: datetime
    rows: int

    @property
    def missing(self) -> int:
        """How many candles lack between the first and the last."""
        return (self.last - self.first) // self.name.interval.length + 1 - self.rows
