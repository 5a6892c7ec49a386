"""The equity curve beside what holding would have given, and the drawdown below it."""

from functools import partial

import numpy as np

from adapters.report.numbers import on_axis, percent
from adapters.report.plot import Key, Layer, Plot, Scale, area, line, spanning, thinned
from adapters.report.ticks import time_ticks, value_ticks
from trading.backtest.bars import Floats, Integers
from trading.backtest.report import Report
from trading.metrics.drawdowns import underwater
from trading.metrics.figures import Unit

_WIDE_RANGE = 10.0
"""Highest over lowest equity from which a logarithmic axis is easier to read."""


def equity_plot(report: Report) -> Plot:
    """The equity curve in USDT beside holding at the same volatility.

    Holding with all of the money would set the scale and flatten what is to be seen; its figures
    stand in the table.
    """
    backtest, held_alike = report.ran.backtest, report.baselines.at_volatility
    held = (held_alike,) if held_alike else ()
    scale = _scale([backtest.equity, *(one.equity for one in held)])
    span = _span(backtest.at_ms)
    start = float(scale.down(np.array([backtest.initial_equity]))[0])
    return Plot(
        name=f"Equity over time, {percent(_gain(report))} in the end",
        height=300,
        layers=(
            Layer("level", f"M0 {start:.1f}H1000"),
            *(
                Layer("line other", _curve(backtest.at_ms, one.equity, span, scale))
                for one in held
            ),
            Layer("line own", _curve(backtest.at_ms, backtest.equity, span, scale)),
        ),
        across=time_ticks(int(span.low), int(span.high)),
        up=value_ticks(scale, partial(on_axis, unit=Unit.USDT)),
        keys=(Key("own", report.asked.strategy), *(Key("other", one.name) for one in held)),
        caption="USDT at candle closes" + (", logarithmic" if scale.is_log else ""),
    )


def drawdown_plot(report: Report) -> Plot:
    """How far the equity was below its highest value so far."""
    backtest = report.ran.backtest
    falls = -underwater(backtest.equity, initial_equity=backtest.initial_equity)
    span = _span(backtest.at_ms)
    scale = Scale(min(1.08 * float(falls.min()), -0.001), 0.0)
    kept = thinned(falls)
    across, down = span.across(backtest.at_ms[kept].astype(np.float64)), scale.down(falls[kept])
    return Plot(
        name=f"Drawdown, the deepest {percent(float(falls.min()))}",
        height=130,
        layers=(
            Layer("fall", area(across, down, np.zeros(len(kept)))),
            Layer("line fall-edge", line(across, down)),
        ),
        across=time_ticks(int(span.low), int(span.high)),
        up=value_ticks(scale, partial(on_axis, unit=Unit.FRACTION), count=3),
        caption="drawdown from the highest equity so far",
    )


def _gain(report: Report) -> float:
    backtest = report.ran.backtest
    return float(backtest.equity[-1]) / backtest.initial_equity - 1


def _scale(curves: list[Floats]) -> Scale:
    lowest = min(float(curve.min()) for curve in curves)
    highest = max(float(curve.max()) for curve in curves)
    is_log = lowest > 0 and highest / lowest > _WIDE_RANGE
    return spanning(*curves, is_log=is_log)


def _span(at_ms: Integers) -> Scale:
    return Scale(float(at_ms[0]), float(at_ms[-1]))


def _curve(at_ms: Integers, equity: Floats, span: Scale, scale: Scale) -> str:
    kept = thinned(equity)
    return line(span.across(at_ms[kept].astype(np.float64)), scale.down(equity[kept]))
