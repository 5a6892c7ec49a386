"""Single trades: how their results are spread, and when they came."""

from functools import partial

import numpy as np

from adapters.report.numbers import amount, on_axis
from adapters.report.plot import Key, Layer, Plot, Scale, columns, dots, spanning
from adapters.report.ticks import round_values, time_ticks, value_ticks
from trading.backtest.bars import Floats
from trading.backtest.records import TradeColumns
from trading.backtest.report import Report
from trading.metrics.figures import Unit
from trading.metrics.trade_sums import r_multiples

_BINS = 40
_TAIL = 0.01
_MOST_DOTS = 2000
_NOTHING = 1e-12
"""Results, in USDT or R, that all lie so near to 0 are drawn as one bar at it."""


def result_of_trades(trades: TradeColumns) -> tuple[Floats, Unit]:
    """The results of all trades in R where every one had a planned risk, else in USDT."""
    in_r = r_multiples(trades)
    if len(trades) and np.isfinite(in_r).all():
        return in_r, Unit.R
    return trades.net, Unit.USDT


def spread_plot(report: Report) -> Plot | None:
    """How often a trade ended with which result; None without trades."""
    results, unit = result_of_trades(report.ran.backtest.trades)
    if not len(results):
        return None
    edges = bin_edges(results)
    counts = np.histogram(np.clip(results, edges[0], edges[-1]), edges)[0].astype(np.float64)
    is_won = edges[:-1] + edges[1:] > 0
    across = Scale(float(edges[0]), float(edges[-1]))
    up = Scale(0.0, 1.08 * float(counts.max()))
    zero, mean = across.across(np.array([0.0, float(results.mean())])).tolist()
    return Plot(
        name="How the results of the trades are spread",
        height=220,
        layers=(
            Layer("bars loss", columns(edges, np.where(is_won, 0.0, counts), across, up)),
            Layer("bars won", columns(edges, np.where(is_won, counts, 0.0), across, up)),
            Layer("level", f"M{zero:.1f} 0V1000" if 0 <= zero <= 1000 else ""),
            Layer("marker", f"M{mean:.1f} 0V1000", "mean"),
        ),
        across=value_ticks(across, partial(on_axis, unit=unit), is_down=False),
        up=value_ticks(up, partial(on_axis, unit=Unit.COUNT), count=4),
        keys=(Key("marker", f"mean {amount(float(results.mean()), unit)}"),),
        caption="number of trades by result; the outermost bars hold all beyond them",
    )


def when_plot(report: Report) -> Plot | None:
    """Each trade's result at the time it was left; None without trades."""
    backtest = report.ran.backtest
    results, unit = result_of_trades(backtest.trades)
    if not len(results):
        return None
    step = -(-len(results) // _MOST_DOTS)
    shown = np.arange(0, len(results), step)
    span = Scale(float(backtest.at_ms[0]), float(backtest.at_ms[-1]))
    scale = spanning(results[shown], np.zeros(1))
    across = span.across(backtest.trades.exit_ms[shown].astype(np.float64))
    down, won = scale.down(results[shown]), results[shown] > 0
    zero = float(scale.down(np.zeros(1))[0])
    some = f"one in {step} of {len(results):,} trades" if step > 1 else f"{len(results):,} trades"
    return Plot(
        name="Result of each trade over time",
        height=220,
        layers=(
            Layer("level", f"M0 {zero:.1f}H1000"),
            Layer("dots loss", dots(across[~won], down[~won])),
            Layer("dots won", dots(across[won], down[won])),
        ),
        across=time_ticks(int(span.low), int(span.high)),
        up=value_ticks(scale, partial(on_axis, unit=unit)),
        caption=f"{some}, at the time of the exit",
    )


def bin_edges(results: Floats) -> Floats:
    """Round edges of about 40 bins with 0 among them; the outermost 1 % are drawn in the last."""
    low, high = np.quantile(results, [_TAIL, 1 - _TAIL])
    reach = max(float(high), 0.0) - min(float(low), 0.0)
    if reach < _NOTHING:
        reach = 1.0
    steps = round_values(0.0, reach, _BINS)
    step = steps[1] - steps[0]
    first, last = np.floor(min(low, 0.0) / step), np.ceil(max(high, 0.0) / step)
    edges: Floats = step * np.arange(first, max(last, first + 1) + 1)
    return edges
