"""Candles by the rules of Bybit's kline endpoint (spec section 2.1), never a future one."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import numpy as np

from exchange_sim.market.candle_rows import painted_row, whole_rows
from exchange_sim.market.errors import MarketDataError
from exchange_sim.market.grid import decimals
from exchange_sim.market.intervals import Interval
from exchange_sim.market.path import Ticks
from exchange_sim.market.rows import Bar
from exchange_sim.market.series import Series, ticks_between

MAX_ROWS = 1000
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class KlineQuery:
    """Which candles are wanted: those starting in [start, end], at most `limit`.

    Without `start_ms` the newest ones up to `end_ms`; with `start_ms` alone the oldest from it
    on; with both the newest of the window. More than 1000 are cut to 1000.
    """

    interval: Interval
    start_ms: int | None
    end_ms: int | None
    limit: int

    def __post_init__(self) -> None:
        if self.limit < 1:
            message = f"kline limit is {self.limit}; it must be 1..{MAX_ROWS}"
            raise MarketDataError(message)

    def window(self, first_ms: int, now_ms: int) -> tuple[int, int]:
        """Starts of the oldest and the newest wanted candle; newest < oldest if there is none."""
        rows = min(self.limit, MAX_ROWS)
        oldest, newest = self.interval.start_of(first_ms), self.interval.start_of(now_ms)
        if self.start_ms is not None:
            oldest = max(oldest, self.interval.first_from(self.start_ms))
        if self.end_ms is not None:
            newest = min(newest, self.interval.start_of(self.end_ms))
        if self.start_ms is not None and self.end_ms is None:
            return oldest, min(newest, self.interval.shift(oldest, rows - 1))
        return max(oldest, self.interval.shift(newest, 1 - rows)), newest


@dataclass(frozen=True, slots=True)
class KlineSource:
    """Whose candles: a symbol's last price, or its mark price (`mark`)."""

    series: Series
    volume_decimals: int
    mark: bool

    def painted(self, ticks: Ticks, span: tuple[int, int], now_ms: int) -> Bar:
        """The candle of `span` (first and last ms) as far as `ticks` have painted it."""
        return painted_row(
            ticks, span, self.volume_decimals, mark=self.mark, confirmed=span[1] <= now_ms
        )

    def close_of(self, ticks: Ticks) -> Decimal:
        """The last price of `ticks`, at least one."""
        return decimals((ticks.mark if self.mark else ticks.last)[-1:])[0]


def klines(source: KlineSource, query: KlineQuery, now_ms: int) -> list[Bar]:
    """The candles asked for, newest first, as they were known at `now_ms`."""
    series = source.series
    if now_ms < series.first_ms:
        return []
    oldest, newest = query.window(series.first_ms, now_ms)
    if newest < oldest:
        return []
    if query.interval.longest_ms < series.interval_ms:
        rows = _short_bars(source, query.interval, (oldest, newest), now_ms)
    else:
        rows = _long_bars(source, query.interval, (oldest, newest), now_ms)
    rows.reverse()
    return rows


def _long_bars(
    source: KlineSource, interval: Interval, window: tuple[int, int], now_ms: int
) -> list[Bar]:
    candles = source.series.candles(interval, *window, mark=source.mark)
    rows = whole_rows(candles, interval, source.volume_decimals)
    if rows and rows[-1].end_ms > now_ms:
        start_ms, end_ms = rows[-1].start_ms, rows[-1].end_ms
        ticks = ticks_between(source.series, start_ms - 1, now_ms)
        rows[-1] = source.painted(ticks, (start_ms, end_ms), now_ms)
    return rows


def _short_bars(
    source: KlineSource, interval: Interval, window: tuple[int, int], now_ms: int
) -> list[Bar]:
    """Candles shorter than the driving ones, painted by the moments of the path.

    One without a moment is flat at the close before it, volume 0, as Bybit shows a candle
    without trades (spec section 3.1).
    """
    length_ms, (oldest, newest) = interval.longest_ms, window
    # One driving candle more than the window: the first rows may need the close before them.
    ticks = ticks_between(source.series, oldest - source.series.interval_ms, now_ms)
    starts = np.arange(oldest, newest + 1, length_ms, dtype=np.int64)
    edges: list[int] = np.searchsorted(ticks.ts_ms, np.append(starts, newest + length_ms)).tolist()
    close = source.close_of(ticks.slice(0, max(edges[0], 1)))
    rows: list[Bar] = []
    for start_ms, (first, beyond) in zip(starts.tolist(), pairwise(edges), strict=True):
        span = (start_ms, start_ms + length_ms - 1)
        if first == beyond:
            row = Bar(*span, close, close, close, close, _ZERO, _ZERO, span[1] <= now_ms)
        else:
            row = source.painted(ticks.slice(first, beyond), span, now_ms)
        close = row.close
        rows.append(row)
    return rows
