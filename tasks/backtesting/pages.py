"""A backtest and a sweep as Markdown, for Prefect's own pages."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from tasks.backtesting.part_results import Line
from tasks.backtesting.sweeping import Swept
from tasks.backtesting.sweeps import Sweep
from tasks.reports import plain_markdown
from trading.backtest.report import Report
from trading.metrics.figures import Figure

HEADLINES = (
    "net_profit",
    "total_return",
    "cagr",
    "sharpe",
    "sortino",
    "calmar",
    "dsr",
    "max_drawdown",
    "trades",
    "win_rate",
    "profit_factor",
    "expectancy_r",
)
"""The figures that are told first."""


def backtest_page(backtest_id: UUID, report: Report) -> str:
    """A backtest: its headline figures with their intervals, and its badges."""
    asked = report.asked
    title = f"# {plain_markdown(asked.strategy)} on {', '.join(asked.symbols)} {asked.interval}"
    about = f"{asked.since:%Y-%m-%d} to {asked.until:%Y-%m-%d} UTC, backtest `{backtest_id}`"
    return "\n\n".join((title, about, _figures(report), _badges(report))) + "\n"


def sweep_page(sweep: Sweep, swept: Swept, report: Report | None) -> str:
    """A sweep: how much was tried, its best combinations, and the report of the best."""
    result = swept.result
    tried = (
        f"{result.tried:,} combinations were run, {result.profitable:,} of them earned something; "
        f"{result.refused:,} the strategy forbids."
    )
    title = f"# Sweep of {plain_markdown(sweep.case.question.strategy)}"
    parts = [title, f"`{sweep.id}`", tried, _lines(result.best)]
    if report is not None:
        parts += [_figures(report), _badges(report)]
    return "\n\n".join(parts) + "\n"


def _figures(report: Report) -> str:
    figures = report.metrics.figures()
    rows = [(name.replace("_", " "), *_cells(figures[name])) for name in HEADLINES]
    return _table(("figure", "value", "95 % interval", "unit"), rows)


def _cells(figure: Figure) -> tuple[str, str, str]:
    if figure.low is None or figure.high is None:
        return _number(figure.value), figure.note, str(figure.unit)
    between = f"{_number(figure.low)} to {_number(figure.high)}"
    return _number(figure.value), between, str(figure.unit)


def _badges(report: Report) -> str:
    rows = [(badge.name, str(badge.level), badge.sentence) for badge in report.badges]
    return _table(("badge", "level", "what was seen"), rows)


def _lines(lines: Sequence[Line]) -> str:
    rows = [
        (
            ", ".join(f"{name} {value}" for name, value in line.combination.items()),
            _number(line.score),
            _number(line.net_usdt),
            _number(line.max_drawdown),
            str(line.trades),
        )
        for line in lines
    ]
    return _table(("combination", "score", "net USDT", "deepest fall", "trades"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(plain_markdown(cell) for cell in line)} |" for line in lines)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.4g}"
