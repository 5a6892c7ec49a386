"""The price of each symbol with the places where it was entered and left."""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from adapters.report.numbers import on_axis
from adapters.report.plot import Key, Layer, Plot, Scale, dots, line, spanning, thinned
from adapters.report.ticks import time_ticks, value_ticks
from trading.backtest.bars import BarSeries
from trading.backtest.records import TradeColumns
from trading.backtest.report import Report
from trading.metrics.figures import Unit

_MOST_TRADES = 400
_WIDE_RANGE = 5.0


def price_plots(report: Report) -> tuple[tuple[str, Plot], ...]:
    """One figure per symbol that has candles, in the order of the symbols."""
    series = report.ran.market.series
    return tuple(
        (bars.symbol, _price_plot(report, place, bars))
        for place, bars in enumerate(series)
        if len(bars)
    )


def _price_plot(report: Report, place: int, bars: BarSeries) -> Plot:
    trades = report.ran.backtest.trades
    mine = np.flatnonzero(trades.symbol == place)
    step = max(1, -(-len(mine) // _MOST_TRADES))
    some = f"one in {step} of {len(mine):,} trades" if step > 1 else f"{len(mine):,} trades"
    span = Scale(float(bars.opened_ms[0]), float(bars.opened_ms[-1] + bars.interval_ms))
    scale = spanning(bars.close, is_log=bars.close.max() > _WIDE_RANGE * bars.close.min())
    return Plot(
        name=f"Price of {bars.symbol} with {some}",
        height=260,
        layers=(_closes(bars, span, scale), *_marks(trades, mine[::step], span, scale)),
        across=time_ticks(int(span.low), int(span.high)),
        up=value_ticks(scale, partial(on_axis, unit=Unit.USDT)),
        keys=(Key("won", "bought"), Key("loss", "sold short"), Key("left", "left")),
        caption=f"USDT{', logarithmic' if scale.is_log else ''}, {some}",
    )


def _closes(bars: BarSeries, span: Scale, scale: Scale) -> Layer:
    kept = thinned(bars.close)
    closed_ms = (bars.opened_ms[kept] + bars.interval_ms).astype(np.float64)
    return Layer("line price", line(span.across(closed_ms), scale.down(bars.close[kept])))


def _marks(
    trades: TradeColumns, shown: NDArray[np.intp], span: Scale, scale: Scale
) -> tuple[Layer, ...]:
    entered = span.across(trades.entry_ms[shown].astype(np.float64))
    left = span.across(trades.exit_ms[shown].astype(np.float64))
    entry, leave = scale.down(trades.entry_price[shown]), scale.down(trades.exit_price[shown])
    is_long = trades.side[shown] > 0
    return (
        Layer("dots left", dots(left, leave)),
        Layer("dots won", dots(entered[is_long], entry[is_long])),
        Layer("dots loss", dots(entered[~is_long], entry[~is_long])),
    )
