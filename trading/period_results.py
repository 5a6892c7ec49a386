"""What was earned by day, week and month, and the picture's contents that show it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum

_DAY = timedelta(days=1)


class Period(StrEnum):
    """How results are added up; all periods begin at 00:00 UTC, weeks on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    def start_of(self, moment: datetime) -> date:
        """The first day of the period that `moment` falls into."""
        day = moment.astimezone(UTC).date()
        match self:
            case Period.DAY:
                return day
            case Period.WEEK:
                return day - day.weekday() * _DAY
            case Period.MONTH:
                return day.replace(day=1)

    def before(self, start: date) -> date:
        """The first day of the period before the one that begins at `start`."""
        return self.start_of(midnight(start) - _DAY)


@dataclass(frozen=True, slots=True)
class Result:
    """Closed trades of one period; USDT, after fees and funding."""

    start: date
    trades: int = 0
    won: int = 0
    pnl_usdt: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class PnlPicture:
    """What a picture of results shows: one bar per result, oldest first."""

    title: str
    results: tuple[Result, ...]


def midnight(day: date) -> datetime:
    """00:00 UTC of `day`."""
    return datetime.combine(day, time(), tzinfo=UTC)


def last_starts(period: Period, now: datetime, count: int) -> tuple[date, ...]:
    """The first days of the last `count` periods, the current one among them, oldest first."""
    starts = [period.start_of(now)]
    while len(starts) < count:
        starts.append(period.before(starts[-1]))
    return tuple(reversed(starts))


def results_by(
    period: Period, closed: Iterable[tuple[datetime, Decimal]], starts: Iterable[date]
) -> tuple[Result, ...]:
    """One result per period in `starts`, of trades given as (closed at, pnl in USDT).

    A period without a trade has a result of zero; trades of other periods are left out.
    """
    found: dict[date, list[Decimal]] = {start: [] for start in starts}
    for closed_at, pnl in closed:
        start = period.start_of(closed_at)
        if start in found:
            found[start].append(pnl)
    return tuple(
        Result(start, len(all_), sum(one > 0 for one in all_), sum(all_, Decimal(0)))
        for start, all_ in found.items()
    )
