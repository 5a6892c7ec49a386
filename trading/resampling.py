"""Bigger candles out of closed smaller ones, exactly: nothing is estimated."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from trading.candles import Candle, Interval
from trading.checks import require
from trading.errors import BadDataError, CandleGapError

_BIGGER = {
    Interval.M1: Interval.M5,
    # Three times, not six: the desk knows no 30 minutes, and an hour would leave ten bars.
    Interval.M5: Interval.M15,
    Interval.M15: Interval.H1,
    Interval.H1: Interval.H4,
    Interval.H4: Interval.D1,
}


def bigger(interval: Interval) -> Interval | None:
    """The timeframe shown beside `interval` for context, three to six times as long.

    1m→5m, 5m→15m, 15m→1h, 1h→4h, 4h→1d (analysis.md §3.1); None for 1d, the longest we know.
    """
    return _BIGGER.get(interval)


def resample(candles: Sequence[Candle], interval: Interval, into: Interval) -> tuple[Candle, ...]:
    """The whole `into` bars that closed `interval` candles fill, oldest first; it may be none.

    Bars stand on the grid of the Unix epoch in UTC, as the exchange's do. Candles before the first
    and after the last whole bar are left out: a bar of which a part is missing is not a bar.

    Raises:
        CandleGapError: the candles do not follow each other without a gap.
        BadDataError: a candle does not open on the grid of `interval`.
    """
    ratio = _ratio(interval, into)
    _require_unbroken(candles, interval)
    opened = [candle.opened_at for candle in candles]
    starts = range(_to_grid(opened, into), len(candles) - ratio + 1, ratio)
    return tuple(_merged(candles[start : start + ratio]) for start in starts)


def _ratio(interval: Interval, into: Interval) -> int:
    ratio, rest = divmod(into.length, interval.length)
    require(
        ratio > 1 and not rest,
        f"{interval} candles cannot be made into {into} bars; the bar must be a longer, "
        f"whole multiple of the candle",
    )
    return ratio


def _require_unbroken(candles: Sequence[Candle], interval: Interval) -> None:
    for before, after in pairwise(candles):
        if after.opened_at - before.opened_at != interval.length:
            message = (
                f"{interval} candle of {before.opened_at.isoformat()} is followed by "
                f"{after.opened_at.isoformat()}; each must follow the one before without a gap"
            )
            raise CandleGapError(message)
    if candles and candles[0].opened_at != interval.floor(candles[0].opened_at):
        message = (
            f"{interval} candle opens at {candles[0].opened_at.isoformat()}, off its grid in UTC; "
            f"expected {interval.floor(candles[0].opened_at).isoformat()}"
        )
        raise BadDataError(message)


def _to_grid(opened: Sequence[datetime], into: Interval) -> int:
    """Number of candles before the first that opens together with an `into` bar."""
    return next(
        (n for n, moment in enumerate(opened) if moment - into.floor(moment) == timedelta(0)),
        len(opened),
    )


def _merged(part: Sequence[Candle]) -> Candle:
    return Candle(
        opened_at=part[0].opened_at,
        open=part[0].open,
        high=max(candle.high for candle in part),
        low=min(candle.low for candle in part),
        close=part[-1].close,
        volume=sum((candle.volume for candle in part[1:]), part[0].volume),
    )
