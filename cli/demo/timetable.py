"""When a demo's cycles and syncs take place, in market time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from cli.stack.control import MarketStatus
from trading.errors import MisconfiguredError

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class MarketHour:
    """A slot of the trading cycle and the syncs before the next one."""

    slot: datetime
    syncs: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Timetable:
    """`cycles` hourly slots from `first` on, each followed by evenly spaced syncs.

    `end` is the moment of the last sync: an hour after the last slot, or the end of the data.
    """

    first: datetime
    cycles: int
    syncs_per_hour: int
    end: datetime

    def hours(self) -> Iterator[MarketHour]:
        """Hour by hour, oldest first."""
        pause = _HOUR / (self.syncs_per_hour + 1)
        for number in range(self.cycles):
            slot = self.first + number * _HOUR
            syncs = (slot + (place + 1) * pause for place in range(self.syncs_per_hour))
            yield MarketHour(slot, tuple(moment for moment in syncs if moment < self.end))


def first_slot(status: MarketStatus, *, history: timedelta) -> datetime:
    """The first whole hour at which every symbol has `history` behind it."""
    ready = status.starts_at + history
    on_the_hour = ready.replace(minute=0, second=0, microsecond=0)
    return on_the_hour if on_the_hour == ready else on_the_hour + _HOUR


def timetable(
    status: MarketStatus, *, history: timedelta, cycles: int, syncs_per_hour: int
) -> Timetable:
    """The timetable of `cycles` cycles in a market.

    Raises:
        MisconfiguredError: the market ends before; the message says how many are possible.
    """
    first = first_slot(status, history=history)
    end = first + cycles * _HOUR
    if status.ends_at is None:
        return Timetable(first, cycles, syncs_per_hour, end)
    possible = max(0, (status.ends_at - first) // _HOUR + 1)
    if cycles > possible:
        raise MisconfiguredError(_too_short(status, first, cycles, possible))
    return Timetable(first, cycles, syncs_per_hour, min(end, status.ends_at))


def _too_short(status: MarketStatus, first: datetime, cycles: int, possible: int) -> str:
    assert status.ends_at is not None
    span = f"from {status.starts_at:%Y-%m-%d %H:%M} to {status.ends_at:%Y-%m-%d %H:%M} UTC"
    advice = (
        f"choose --cycles {possible} or fewer, or longer data"
        if possible
        else "choose longer data, or fewer symbols if only some of them are short"
    )
    return (
        f"--cycles is {cycles}, but the data of {', '.join(status.symbols)} {span} allows "
        f"{possible}: the first cycle with enough history is at {first:%Y-%m-%d %H:%M}; {advice}"
    )
