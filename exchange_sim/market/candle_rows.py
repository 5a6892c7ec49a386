"""Columns and ticks turned into the candles that are given out."""

import numpy as np

from exchange_sim.market.bars import Candles
from exchange_sim.market.grid import decimals, rounded
from exchange_sim.market.intervals import Interval
from exchange_sim.market.path import Ticks
from exchange_sim.market.rows import Bar

TURNOVER_DECIMALS = 4


def whole_rows(candles: Candles, interval: Interval, volume_decimals: int) -> list[Bar]:
    """Each of `candles` of `interval` as a Bar, oldest first, all confirmed."""
    bars = candles.bars
    columns = zip(
        bars.start_ms.tolist(),
        decimals(bars.open),
        decimals(bars.high),
        decimals(bars.low),
        decimals(bars.close),
        decimals(np.round(bars.volume, volume_decimals)),
        decimals(np.round(candles.turnover, TURNOVER_DECIMALS)),
        strict=True,
    )
    return [
        Bar(start, interval.shift(start, 1) - 1, first, high, low, last, volume, value, True)
        for start, first, high, low, last, volume, value in columns
    ]


def painted_row(
    ticks: Ticks, span: tuple[int, int], volume_decimals: int, *, mark: bool, confirmed: bool
) -> Bar:
    """The candle of `span` (first and last ms) as far as `ticks`, at least one, painted it."""
    prices = ticks.mark if mark else ticks.last
    volume = np.zeros_like(prices) if mark else ticks.volume
    shape = np.array([prices[0], prices.max(), prices.min(), prices[-1]])
    first, high, low, last = decimals(shape)
    return Bar(
        *span,
        first,
        high,
        low,
        last,
        volume=rounded(float(volume.sum()), volume_decimals),
        turnover=rounded(float(volume @ prices), TURNOVER_DECIMALS),
        confirmed=confirmed,
    )
