"""Chance: what random entries earned, and the futures that could have come."""

from functools import partial

import numpy as np

from adapters.report.numbers import on_axis, percent
from adapters.report.plot import Key, Layer, Plot, Scale, area, columns, line, spanning
from adapters.report.ticks import time_ticks, value_ticks
from trading.backtest.random_entries import RandomEntries
from trading.backtest.report import Report
from trading.metrics.figures import Unit
from trading.metrics.monte_carlo import MonteCarlo

_BINS = 40
_DAY_MS = 86_400_000


def chance_plot(report: Report) -> Plot | None:
    """Net profits of random entries with the strategy's own among them; None without trades."""
    chance = report.baselines.chance
    if chance is None:
        return None
    own = float(report.ran.backtest.equity[-1]) - report.ran.backtest.initial_equity
    across = spanning(chance.net_usdt, np.array([own]))
    edges = np.linspace(across.low, across.high, _BINS + 1)
    counts = np.histogram(chance.net_usdt, edges)[0].astype(np.float64)
    up = Scale(0.0, 1.08 * float(counts.max()))
    return Plot(
        name=f"The strategy beat {percent(chance.percentile)} of random entries",
        height=220,
        layers=(
            Layer("bars chance", columns(edges, counts, across, up)),
            Layer("marker", f"M{float(across.across(np.array([own]))[0]):.1f} 0V1000"),
        ),
        across=value_ticks(across, partial(on_axis, unit=Unit.USDT), is_down=False),
        up=value_ticks(up, partial(on_axis, unit=Unit.COUNT), count=4),
        keys=(Key("marker", report.asked.strategy), Key("chance", _runs(chance))),
        caption="number of random runs by net profit in USDT",
    )


def fan_plot(report: Report) -> Plot | None:
    """Equity if the days had come in another order; None for too few days."""
    if report.monte_carlo is None:
        return None
    fan = report.monte_carlo.fan
    at_ms = (fan.steps * _DAY_MS).astype(np.float64)
    span, scale = Scale(float(at_ms[0]), float(at_ms[-1])), spanning(*fan.equity)
    across, rows = span.across(at_ms), [scale.down(row) for row in fan.equity]
    return Plot(
        name="Equity over other histories made of the same days",
        height=260,
        layers=(
            Layer("fan wide-fan", area(across, rows[4], rows[0])),
            Layer("fan narrow-fan", area(across, rows[3], rows[1])),
            Layer("line own", line(across, rows[2])),
        ),
        across=time_ticks(int(span.low), int(span.high)),
        up=value_ticks(scale, partial(on_axis, unit=Unit.USDT)),
        keys=(
            Key("own", "median"),
            Key("narrow-fan", "half of the histories"),
            Key("wide-fan", "nine of ten"),
        ),
        caption=_paths(report.monte_carlo),
    )


def _runs(chance: RandomEntries) -> str:
    return f"{len(chance.net_usdt):,} runs, {chance.trades:,.0f} trades each"


def _paths(monte_carlo: MonteCarlo) -> str:
    return f"USDT, {monte_carlo.paths:,} histories"
