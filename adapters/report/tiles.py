"""The eight figures on top of the page, each with a drawing of how sure it is."""

from dataclasses import dataclass

from adapters.report.sections import HEADLINES, Row, row
from trading.metrics.figures import Figure
from trading.metrics.summary import Metrics

_NO_EDGE = {
    "net_profit": 0.0,
    "cagr": 0.0,
    "sharpe": 0.0,
    "expectancy_r": 0.0,
    "profit_factor": 1.0,
}
"""What the figure would be without any edge; the others have no such value."""


@dataclass(frozen=True, slots=True)
class Whisker:
    """An interval as places in per cent; `neutral` is the value of no edge, None without one."""

    left: float
    width: float
    value: float
    neutral: float | None


@dataclass(frozen=True, slots=True)
class Tile:
    """One headline figure; `whisker` is None where the interval is unknown."""

    row: Row
    whisker: Whisker | None


def tiles(metrics: Metrics) -> tuple[Tile, ...]:
    """The headline figures in their order."""
    figures = metrics.figures()
    return tuple(
        Tile(row(name, figures[name], label), whisker(figures[name], _NO_EDGE.get(name)))
        for name, label in HEADLINES
    )


def whisker(figure: Figure, neutral: float | None) -> Whisker | None:
    """Where an interval, its value and the value of no edge lie beside each other."""
    if figure.value is None or figure.low is None or figure.high is None:
        return None
    known = [figure.low, figure.high, figure.value, *([] if neutral is None else [neutral])]
    low, high = min(known), max(known)
    room = (high - low) or 1.0

    def place(value: float) -> float:
        return 4 + 92 * (value - low) / room

    return Whisker(
        left=place(figure.low),
        width=place(figure.high) - place(figure.low),
        value=place(figure.value),
        neutral=None if neutral is None else place(neutral),
    )
