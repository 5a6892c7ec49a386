"""Closed candles and the checks they must pass before anyone spends thought or money on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from trading.checks import require_not_negative, require_positive, require_utc
from trading.errors import BadDataError, CandleGapError, InvariantError, OldCandleError


class Interval(StrEnum):
    """Length of a candle, in the words of the owner."""

    M1 = "1m"
    M5 = "5m"
    M15 = "15m"
    H1 = "1h"
    H4 = "4h"
    D1 = "1d"

    @property
    def length(self) -> timedelta:
        """How long one candle lasts."""
        return _LENGTHS[self]

    def floor(self, moment: datetime) -> datetime:
        """Open time of the candle that `moment` falls into (grid of the Unix epoch, UTC)."""
        require_utc("moment", moment)
        seconds = int(moment.timestamp())
        return moment.replace(microsecond=0) - timedelta(
            seconds=seconds % int(self.length.total_seconds())
        )


_LENGTHS = {
    Interval.M1: timedelta(minutes=1),
    Interval.M5: timedelta(minutes=5),
    Interval.M15: timedelta(minutes=15),
    Interval.H1: timedelta(hours=1),
    Interval.H4: timedelta(hours=4),
    Interval.D1: timedelta(days=1),
}


@dataclass(frozen=True, slots=True)
class Candle:
    """One closed bar of last-traded prices in USDT; volume in the base coin."""

    opened_at: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal

    def __post_init__(self) -> None:
        require_utc("candle opened_at", self.opened_at)
        for name in ("open", "high", "low", "close"):
            require_positive(f"candle {name}", getattr(self, name))
        require_not_negative("candle volume", self.volume)
        if not self.low <= min(self.open, self.close) <= max(self.open, self.close) <= self.high:
            message = (
                f"candle of {self.opened_at.isoformat()} is impossible: open {self.open} "
                f"high {self.high} low {self.low} close {self.close}"
            )
            raise InvariantError(message)


def require_complete(
    symbol: str, candles: Sequence[Candle], *, interval: Interval, count: int, now: datetime
) -> None:
    """Refuse candles that are too few, out of order, holed, unfinished or old.

    The last candle must be the one that closed most recently before `now`, so that no decision
    uses an unfinished bar or yesterday's news.

    Raises:
        CandleGapError: a candle in between is missing or comes twice.
        OldCandleError: the candle that closed last is missing.
        BadDataError: too few candles, or one that is not closed yet. The first fault found is
            raised; the caller skips the symbol this slot.
    """
    for before, after in pairwise(candles):
        if after.opened_at - before.opened_at != interval.length:
            message = (
                f"{symbol}: {interval} candle of {before.opened_at.isoformat()} is followed by "
                f"{after.opened_at.isoformat()}; each must follow the one before without a gap"
            )
            raise CandleGapError(message)
    if len(candles) < count:
        message = f"{symbol}: {len(candles)} closed {interval} candles, {count} are needed"
        raise BadDataError(message)
    expected = interval.floor(now) - interval.length
    if candles[-1].opened_at != expected:
        message = (
            f"{symbol}: last closed {interval} candle opened at "
            f"{candles[-1].opened_at.isoformat()}, expected {expected.isoformat()} "
            f"at {now.isoformat()}"
        )
        is_old = candles[-1].opened_at < expected
        raise OldCandleError(message) if is_old else BadDataError(message)
