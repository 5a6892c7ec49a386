"""How far the price went against and for each trade while it was held."""

import numpy as np
from numba import njit

from trading.backtest.bars import Floats, Integers
from trading.backtest.market import Market
from trading.backtest.records_in_memory import Records


def excursions(market: Market, trades: Records) -> tuple[Floats, Floats]:
    """The furthest against and for each trade, as fractions of the entry price, (n_trades,).

    All bars from the entry on count, but of the exit's bar only the exit: whether its extremes
    came before is unknown (learning.md §4.2.7). Both are 0 or more.
    """
    lowest = np.minimum(trades["entry_price"], trades["exit_value"] / trades["quantity"])
    highest = np.maximum(trades["entry_price"], trades["exit_value"] / trades["quantity"])
    for index, one in enumerate(market.series):
        rows = np.flatnonzero(trades["symbol"] == index)
        first, end = (
            _own_bars(market, index, trades[name][rows]) for name in ("entry_bar", "exit_bar")
        )
        spans = np.column_stack([rows, first, end])
        _widen(one.low, one.high, spans, lowest, highest)
    down, up = trades["entry_price"] - lowest, highest - trades["entry_price"]
    is_long = trades["side"] > 0
    against, for_it = np.where(is_long, down, up), np.where(is_long, up, down)
    return against / trades["entry_price"], for_it / trades["entry_price"]


def _own_bars(market: Market, index: int, bars: Integers) -> Integers:
    """Bars of the grid as candles of the symbol."""
    if len(market.series[index]) == len(market):
        return bars
    return np.searchsorted(market.places[index], bars)


@njit(cache=True, nogil=True, fastmath={"nnan", "nsz"})
def _widen(low: Floats, high: Floats, spans: Integers, lowest: Floats, highest: Floats) -> None:
    """Widen the range of each (row, first candle, end); no price is NaN, which makes it quick."""
    for place in range(len(spans)):
        row, first, end = spans[place]
        down, up = lowest[row], highest[row]
        for bar in range(first, end):
            down, up = min(down, low[bar]), max(up, high[bar])
        lowest[row], highest[row] = down, up
