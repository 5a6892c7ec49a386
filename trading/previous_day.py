"""Yesterday's range, which traders watch and charts draw."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from trading.candles import Interval
from trading.snapshot import MarketSnapshot

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PreviousDay:
    """Highest and lowest price of a UTC day and its last close, in USDT."""

    high: Decimal
    low: Decimal
    close: Decimal


def previous_day(snapshot: MarketSnapshot) -> PreviousDay | None:
    """The UTC day before the snapshot's, None unless its candles cover that day whole."""
    today = Interval.D1.floor(snapshot.as_of)
    day = [candle for candle in snapshot.candles if today - _DAY <= candle.opened_at < today]
    if len(day) < _DAY / snapshot.interval.length:
        return None
    return PreviousDay(
        high=max(candle.high for candle in day),
        low=min(candle.low for candle in day),
        close=day[-1].close,
    )
