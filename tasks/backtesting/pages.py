"""A backtest and a sweep as Markdown, for Prefect's own pages."""

from collections.abc import Iterable, Sequence
from pathlib import Path
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
    "fees",
    "funding",
    "slippage",
)
"""The figures that are told first."""

_WHOLE_FROM = 1000


def backtest_page(backtest_id: UUID, report: Report, page: Path) -> str:
    """A backtest: its headline figures with their intervals, its badges, where its page is."""
    asked = report.asked
    title = f"# {plain_markdown(asked.strategy)} on {', '.join(asked.symbols)} {asked.interval}"
    about = f"{asked.since:%Y-%m-%d} to {asked.until:%Y-%m-%d} UTC, backtest `{backtest_id}`"
    parts = (title, about, _whole(page), _figures(report), _badges(report))
    return "\n\n".join(parts) + "\n"


def sweep_page(sweep: Sweep, swept: Swept, report: Report | None, page: Path | None) -> str:
    """A sweep: how much was tried, its best combinations, the report of the best and its page."""
    result = swept.result
    tried = (
        f"{result.tried:,} combinations were run, {result.profitable:,} of them earned something; "
        f"{result.refused:,} the strategy forbids."
    )
    title = f"# Sweep of {plain_markdown(sweep.case.question.strategy)}"
    parts = [title, f"`{sweep.id}`", tried, _lines(result.best)]
    if page is not None:
        parts.append(_whole(page))
    if report is not None:
        parts += [_figures(report), _badges(report)]
    return "\n\n".join(parts) + "\n"


def _whole(page: Path) -> str:
    # Text, no link: a browser follows none from a server's page to a file.
    return f"The whole report: `{page}` on the machine of the worker"


def _figures(report: Report) -> str:
    figures = report.figures()
    rows = [(name.replace("_", " "), *_cells(figures[name])) for name in HEADLINES]
    return _table(("figure", "value", "95 % interval", "unit"), rows)


def _cells(figure: Figure) -> tuple[str, str, str]:
    if figure.low is None or figure.high is None:
        return number_text(figure.value), figure.note, str(figure.unit)
    between = f"{number_text(figure.low)} to {number_text(figure.high)}"
    return number_text(figure.value), between, str(figure.unit)


def _badges(report: Report) -> str:
    rows = [(badge.name, str(badge.level), badge.sentence) for badge in report.badges]
    return _table(("badge", "level", "what was seen"), rows)


def _lines(lines: Sequence[Line]) -> str:
    rows = [
        (
            ", ".join(f"{name} {value}" for name, value in line.combination.items()),
            number_text(line.score),
            number_text(line.net_usdt),
            number_text(line.max_drawdown),
            str(line.trades),
        )
        for line in lines
    ]
    return _table(("combination", "score", "net USDT", "deepest fall", "trades"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(plain_markdown(cell) for cell in line)} |" for line in lines)


def number_text(value: float | None) -> str:
    """A figure as a person reads it: four digits of a small one, all of a large one."""
    if value is None:
        return "–"
    # Four digits of a large sum would be told as 1.235e+04.
    return f"{value:,.0f}" if abs(value) >= _WHOLE_FROM else f"{value:.4g}"
