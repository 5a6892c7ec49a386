"""A sweep's scores as a coloured table, the chosen combination framed."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from adapters.report.months import EMPTY, Cell
from adapters.report.numbers import amount
from trading.backtest.report import Report
from trading.backtest.surface import Surface
from trading.metrics.figures import Unit


@dataclass(frozen=True, slots=True)
class HeatRow:
    """The scores of one value of the parameter that runs down."""

    value: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class HeatTable:
    """`across` and `down` are the parameters' names, `columns` the values of the former."""

    score: str
    across: str
    down: str
    columns: tuple[str, ...]
    rows: tuple[HeatRow, ...]


def heat_table(report: Report) -> HeatTable | None:
    """The table of a sweep over two parameters; None for a single run."""
    surface = report.surface
    if surface is None:
        return None
    chosen = dict(report.asked.parameters)
    return HeatTable(
        score=surface.score.replace("_", " "),
        across=surface.across.name,
        down=surface.down.name,
        columns=surface.across.values,
        rows=tuple(_row(surface, number, chosen) for number in range(len(surface.down.values))),
    )


def _row(surface: Surface, number: int, chosen: Mapping[str, str]) -> HeatRow:
    value = surface.down.values[number]
    is_chosen_row = chosen.get(surface.down.name) == value
    finite = surface.scores[np.isfinite(surface.scores)]
    most = float(np.abs(finite).max()) if len(finite) else 0.0
    cells = (
        _cell(float(score), most, is_chosen_row and chosen.get(surface.across.name) == other)
        for score, other in zip(surface.scores[number], surface.across.values, strict=True)
    )
    return HeatRow(value, tuple(cells))


def _cell(score: float, most: float, is_chosen: bool) -> Cell:
    if not np.isfinite(score):
        return EMPTY
    role = "won" if score > 0 else "loss" if score < 0 else "none"
    strength = round(70 * abs(score) / most) if most else 0
    return Cell(amount(score, Unit.RATIO), f"{role} chosen" if is_chosen else role, strength)
