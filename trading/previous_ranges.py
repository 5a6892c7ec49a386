"""Yesterday's and last week's range, which traders watch and charts draw."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from trading.candles import Interval
from trading.snapshot import MarketSnapshot

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class PreviousRange:
    """Highest and lowest price of a past day or week and its last close, in USDT."""

    high: Decimal
    low: Decimal
    close: Decimal


def previous_day(snapshot: MarketSnapshot) -> PreviousRange | None:
    """The UTC day before the snapshot's, None unless its candles cover that day whole."""
    return _range_before(snapshot, _today(snapshot), _DAY)


def previous_week(snapshot: MarketSnapshot) -> PreviousRange | None:
    """The week before the snapshot's, Monday to Sunday UTC; None unless it is covered whole."""
    today = _today(snapshot)
    return _range_before(snapshot, today - today.weekday() * _DAY, _WEEK)


def _today(snapshot: MarketSnapshot) -> datetime:
    return Interval.D1.floor(snapshot.as_of)


def _range_before(
    snapshot: MarketSnapshot, end: datetime, length: timedelta
) -> PreviousRange | None:
    within = [candle for candle in snapshot.candles if end - length <= candle.opened_at < end]
    if len(within) < length / snapshot.interval.length:
        return None
    return PreviousRange(
        high=max(candle.high for candle in within),
        low=min(candle.low for candle in within),
        close=within[-1].close,
    )
