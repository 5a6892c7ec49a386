"""A stretch of a market or of its signals, for parameters chosen in one and traded in the next."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from trading.backtest.bars import BarSeries
from trading.backtest.market import Market
from trading.backtest.signals import Signals
from trading.checks import require_utc
from trading.errors import BadDataError

Column: TypeAlias = NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `since`, which belongs to it, to before `until`: times at which candles open."""

    since: datetime
    until: datetime

    def __post_init__(self) -> None:
        require_utc("stretch since", self.since)
        require_utc("stretch until", self.until)

    def of(self, series: BarSeries) -> slice:
        """The place of the stretch's candles among those of `series`."""
        ends = [round(moment.timestamp() * 1000) for moment in (self.since, self.until)]
        first, last = np.searchsorted(series.opened_ms, ends, side="left")
        return slice(int(first), int(last))


def bars_of(series: BarSeries, stretch: Stretch) -> BarSeries:
    """The candles of the stretch alone; views, nothing is copied."""
    return _cut_series(series, stretch.of(series))


def market_of(market: Market, stretch: Stretch) -> Market:
    """The market of the stretch; a symbol without a candle in it is left out.

    Raises:
        BadDataError: no symbol has a candle in it.
    """
    series = tuple(bars_of(one, stretch) for one in market.series)
    if not any(map(len, series)):
        message = (
            f"no candle opens from {stretch.since.isoformat()} to before "
            f"{stretch.until.isoformat()}; choose another time or load more candles"
        )
        raise BadDataError(message)
    finer = {symbol: bars_of(one, stretch) for symbol, one in market.finer.items()}
    return Market(
        tuple(one for one in series if len(one)),
        market.filters,
        market.funding,
        {symbol: one for symbol, one in finer.items() if len(one)},
    )


def cut(signals: Signals, place: slice) -> Signals:
    """The wishes of the bars at `place` alone."""
    given = {name: getattr(signals, name) for name in _columns(signals)}
    kept: dict[str, Any] = {
        name: None if column is None else column[place] for name, column in given.items()
    }
    return replace(signals, **kept)


def joined(parts: Sequence[Signals]) -> Signals:
    """Wishes of following stretches of one symbol as one; what one of them lacks is none there."""
    lengths = [len(part) for part in parts]
    whole: dict[str, Any] = {
        name: _end_to_end([getattr(part, name) for part in parts], lengths)
        for name in _columns(parts[0])
    }
    return replace(parts[0], **whole)


def _end_to_end(given: Sequence[Column | None], lengths: Sequence[int]) -> Column | None:
    kinds = {column.dtype for column in given if column is not None}
    if not kinds:
        return None
    nothing = np.full(max(lengths), np.nan if np.dtype(np.float64) in kinds else 0, kinds.pop())
    return np.concatenate(
        [
            nothing[:length] if column is None else column
            for column, length in zip(given, lengths, strict=True)
        ]
    )


def _columns(signals: Signals) -> tuple[str, ...]:
    return tuple(field.name for field in fields(signals) if field.name != "symbol")


def _cut_series(series: BarSeries, place: slice) -> BarSeries:
    columns = ("opened_ms", "open", "high", "low", "close", "volume")
    return replace(series, **{name: getattr(series, name)[place] for name in columns})
