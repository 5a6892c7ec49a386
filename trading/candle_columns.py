"""Candles as columns of numbers, as somebody gave them: nothing is judged yet."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from trading.backtest.bars import BarSeries, Floats, Integers
from trading.candle_series import SeriesName, Span

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, eq=False)
class CandleColumns:
    """Every array has shape (n_rows,), in the order of the source.

    `opened_ms` are open times in milliseconds since 1970 UTC, prices are in USDT, volume is in the
    base coin and 0 for mark prices.
    """

    opened_ms: Integers
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats

    def __len__(self) -> int:
        return len(self.opened_ms)

    def rows(self, which: slice | NDArray[np.bool_] | NDArray[np.intp]) -> "CandleColumns":
        """Some of the rows, by slice, mask or positions."""
        return CandleColumns(*(getattr(self, field.name)[which] for field in fields(self)))

    def of_span(self, span: Span) -> "CandleColumns":
        """The rows that opened in a span."""
        return self.rows(of_span(self.opened_ms, span))

    def oldest_first(self) -> "CandleColumns":
        """The same rows, turned around if every one is older than the one before it."""
        is_newest_first = len(self) > 1 and bool((np.diff(self.opened_ms) < 0).all())
        return self.rows(slice(None, None, -1)) if is_newest_first else self

    def as_series(self, name: SeriesName) -> BarSeries:
        """The candles as a backtest takes them.

        Raises:
            BadDataError: a row is impossible, or the rows are out of order.
        """
        columns = {field.name: getattr(self, field.name) for field in fields(self)}
        return BarSeries(symbol=name.symbol, interval=name.interval, **columns)


def of_span(times_ms: Integers, span: Span) -> NDArray[np.bool_]:
    """Which of the times lie in a span; the array has their shape."""
    inside = np.ones(len(times_ms), np.bool_)
    if span.since is not None:
        inside &= times_ms >= milliseconds_of(span.since)
    if span.until is not None:
        inside &= times_ms < milliseconds_of(span.until)
    return inside


def moment_of(milliseconds: int) -> datetime:
    """Milliseconds since 1970 as a moment in UTC."""
    return _EPOCH + milliseconds * _MILLISECOND


def milliseconds_of(moment: datetime) -> int:
    """A moment as whole milliseconds since 1970, rounded down."""
    return (moment - _EPOCH) // _MILLISECOND
