"""How much of a market can be looked into: bars that shorter candles fill completely."""

from dataclasses import dataclass

import numpy as np

from trading.backtest.bars import BarSeries
from trading.backtest.market import Market
from trading.candles import Interval


@dataclass(frozen=True, slots=True)
class Inside:
    """The candles that look into the bars of a symbol; `share` of its bars, 0 to 1, is filled."""

    symbol: str
    interval: Interval
    share: float


def inside(market: Market) -> tuple[Inside, ...]:
    """What can be looked into, in the order of the symbols; empty without shorter candles."""
    return tuple(
        Inside(bars.symbol, market.finer[bars.symbol].interval, share_filled(bars, finer))
        for bars in market.series
        if (finer := market.finer.get(bars.symbol)) is not None
    )


def share_filled(bars: BarSeries, finer: BarSeries) -> float:
    """The share of `bars`, at least one, in which no candle of `finer` is missing; 0 to 1.

    Candles lie on the grid of their length and none comes twice: as many as fit are all of them.
    """
    first = np.searchsorted(finer.opened_ms, bars.opened_ms)
    after = np.searchsorted(finer.opened_ms, bars.opened_ms + bars.interval_ms)
    return float(np.mean(after - first == bars.interval_ms // finer.interval_ms))
