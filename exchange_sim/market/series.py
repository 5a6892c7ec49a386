"""The history of one symbol, whichever way it comes about."""

from typing import Protocol

from exchange_sim.market.bars import Bars, Candles, add_up, as_candles
from exchange_sim.market.intervals import Interval
from exchange_sim.market.path import Ticks, ticks_of


class Series(Protocol):
    """The driving candles of one symbol: replayed from files or made up from a seed."""

    @property
    def interval_ms(self) -> int:
        """Length of a driving candle in ms."""

    @property
    def first_ms(self) -> int:
        """Start of the first driving candle."""

    @property
    def end_ms(self) -> int | None:
        """Last millisecond of the last driving candle; None if endless."""

    def bars(self, from_ms: int, until_ms: int) -> Bars:
        """The driving candles that overlap [from, until]."""

    def candles(self, interval: Interval, from_ms: int, until_ms: int, *, mark: bool) -> Candles:
        """Candles of `interval`, not below the driving one, that start in [from, until].

        Whole candles, the future included: cutting at the present is the caller's duty.
        """


def ticks_between(series: Series, after_ms: int, until_ms: int) -> Ticks:
    """The path of `series` in (after, until]."""
    ticks = ticks_of(series.bars(after_ms, until_ms), series.interval_ms)
    return ticks.between(after_ms, until_ms)


class ReplayedSeries:
    """History read from files, kept whole; longer candles are added up once and kept."""

    def __init__(self, bars: Bars, interval_ms: int) -> None:
        """Take `bars`, at least one, without holes, `interval_ms` apart."""
        self.interval_ms = interval_ms
        self.first_ms = int(bars.start_ms[0])
        self.end_ms: int | None = int(bars.start_ms[-1]) + interval_ms - 1
        self._bars = bars
        self._candles: dict[tuple[Interval, bool], Candles] = {}

    def bars(self, from_ms: int, until_ms: int) -> Bars:
        """The driving candles that overlap [from, until]; found by arithmetic, not by search."""
        first = (from_ms - self.first_ms) // self.interval_ms
        beyond = (until_ms - self.first_ms) // self.interval_ms + 1
        return self._bars.slice(first, beyond)

    def candles(self, interval: Interval, from_ms: int, until_ms: int, *, mark: bool) -> Candles:
        """Candles of `interval` that start in [from, until]."""
        key = (interval, mark)
        if key not in self._candles:
            bars = self._bars.of_mark() if mark else self._bars
            self._candles[key] = add_up(as_candles(bars), interval)
        return self._candles[key].starting_in(from_ms, until_ms + 1)


def latest_tick(series: Series, now_ms: int) -> Ticks:
    """The moment at or before `now_ms`, as Ticks of length 1 (0 before the first candle).

    After the last candle it is the last moment there was.
    """
    if series.end_ms is not None:
        now_ms = min(now_ms, series.end_ms)
    ticks = ticks_between(series, now_ms - series.interval_ms, now_ms)
    return ticks.slice(len(ticks) - 1, len(ticks))


def last_price_at(series: Series, ts_ms: int) -> float:
    """The last price at `ts_ms`, or the first one there was."""
    tick = latest_tick(series, max(ts_ms, series.first_ms))
    return float(tick.last[0])
