"""Returns by month as a table of years, each cell as strong in colour as its return."""

from dataclasses import dataclass

from adapters.report.numbers import percent, signed
from trading.backtest.report import Report

NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Cell:
    """One return; `role` is won, loss or none, `strength` how much of its colour is shown.

    `strength` is in per cent, 0 to 70, and grows with the return: 70 is the largest of the table.
    """

    text: str
    role: str
    strength: int


EMPTY = Cell("", "none", 0)


@dataclass(frozen=True, slots=True)
class Year:
    """Twelve months and what they make together."""

    year: int
    cells: tuple[Cell, ...]
    whole: Cell


def month_table(report: Report) -> tuple[Year, ...]:
    """One row per year that has a return, oldest first."""
    by_month = {(month.year, month.month): month.fraction for month in report.months}
    years = sorted({year for year, _ in by_month})
    wholes = {year: _compounded(by_month, year) for year in years}
    month_most = max((abs(fraction) for fraction in by_month.values()), default=0.0)
    year_most = max((abs(fraction) for fraction in wholes.values()), default=0.0)
    return tuple(
        Year(
            year,
            tuple(_cell(by_month.get((year, month)), month_most) for month in range(1, 13)),
            _cell(wholes[year], year_most),
        )
        for year in years
    )


def _compounded(by_month: dict[tuple[int, int], float], year: int) -> float:
    worth = 1.0
    for month in range(1, 13):
        worth *= 1 + by_month.get((year, month), 0.0)
    return worth - 1


def _cell(fraction: float | None, most: float) -> Cell:
    if fraction is None:
        return EMPTY
    strength = round(70 * abs(fraction) / most) if most else 0
    role = "won" if fraction > 0 else "loss" if fraction < 0 else "none"
    return Cell(signed(percent(fraction)), role, strength)
