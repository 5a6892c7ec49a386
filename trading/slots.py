"""The slots a schedule fills: which slot a moment belongs to, and when a run must do nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from trading.candles import Interval
from trading.checks import require, require_utc
from trading.reasons import SkipReason


@dataclass(frozen=True, slots=True)
class SlotRules:
    """How late a run may start, how far clocks may differ, how long a claim holds.

    Analysing an hourly bar 50 minutes after its close is trading yesterday's news. The exchange
    itself refuses a clock off by more than the receive window, and anything over 1 s ahead
    (bybit_v5.md §0).
    """

    maximum_lateness: timedelta = timedelta(minutes=5)
    maximum_clock_skew: timedelta = timedelta(seconds=1)
    lease: timedelta = timedelta(minutes=15)

    def __post_init__(self) -> None:
        for name in ("maximum_lateness", "maximum_clock_skew", "lease"):
            value = getattr(self, name)
            require(value > timedelta(0), f"{name} is {value}; it must be above 0")


def slot_of(moment: datetime, interval: Interval) -> datetime:
    """The slot `moment` belongs to: the close time of the last bar closed by then."""
    return interval.floor(moment)


def check_start(due: datetime, *, now: datetime, rules: SlotRules) -> SkipReason | None:
    """LATE when a run that was `due` starts too long after it, else None.

    Raises InvariantError for a run that was due in the future: the caller computed it wrongly.
    """
    require_utc("due", due)
    require(due <= now, f"run due {due.isoformat()} starts {now.isoformat()}, before it is due")
    return SkipReason.LATE if now - due > rules.maximum_lateness else None


def check_skew(skew: timedelta, rules: SlotRules) -> SkipReason | None:
    """CLOCK_SKEW when the exchange's clock is further from ours than allowed, else None."""
    return SkipReason.CLOCK_SKEW if abs(skew) > rules.maximum_clock_skew else None
