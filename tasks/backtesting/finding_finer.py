"""Shorter candles that look inside the bars of a backtest, where they are wanted and there."""

from collections.abc import Sequence

from tasks.backtesting.questions import FinerCandles, Question
from tasks.candle_store.source import CandleSource
from trading.backtest.bars import BarSeries
from trading.backtest.inside_bars import share_filled
from trading.candle_series import Span
from trading.candles import Interval
from trading.errors import NoCandlesError

ENOUGH = 0.9
"""Share of the bars of every symbol that candles must fill to be chosen without being named.

With fewer some trades would be seen by other eyes than the rest, and nobody asked for it.
"""


def find_finer(
    question: Question, source: CandleSource, span: Span, series: Sequence[BarSeries]
) -> dict[str, BarSeries]:
    """Shorter candles of every symbol; empty where none are wanted, or none are good enough.

    Raises:
        BadDataError: those that the question names are not there, or one is impossible.
    """
    wanted = question.finer or FinerCandles.FINEST
    if wanted is FinerCandles.NONE:
        return {}
    if wanted.interval is not None:
        return _read(source, wanted.interval, span, series)
    return _finest(source, span, series)


def _finest(source: CandleSource, span: Span, series: Sequence[BarSeries]) -> dict[str, BarSeries]:
    """The shortest that fill the bars; what is longer is read only where those do not."""
    for interval in _shorter(source, series):
        try:
            found = _read(source, interval, span, series)
        except NoCandlesError:  # of a symbol there are some, but of another time
            continue
        if all(share_filled(bars, found[bars.symbol]) >= ENOUGH for bars in series):
            return found
    return {}


def _shorter(source: CandleSource, series: Sequence[BarSeries]) -> list[Interval]:
    """Lengths of which every symbol has candles, and which are shorter than the bars."""
    shared = frozenset.intersection(*(source.intervals(bars.symbol) for bars in series))
    length = series[0].interval.length
    return sorted((one for one in shared if one.length < length), key=lambda one: one.length)


def _read(
    source: CandleSource, interval: Interval, span: Span, series: Sequence[BarSeries]
) -> dict[str, BarSeries]:
    return {
        bars.symbol: source.series(bars.symbol, interval, since=span.since, until=span.until)
        for bars in series
    }
