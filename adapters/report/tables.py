"""The tables of the page as rows of texts."""

from adapters.report.numbers import amount, duration, hours, percent, signed, usdt
from adapters.report.wording import reason_words
from trading.backtest.held import Held
from trading.backtest.report import Report
from trading.metrics.drawdowns import Drawdown
from trading.metrics.figures import Unit
from trading.metrics.groups import Grouping, GroupRow

Cells = tuple[str, ...]

GROUP_HEADS = ("", "Trades", "Win rate", "Net", "Expectancy", "In R", "Profit factor", "Held")

_HEADINGS = {
    Grouping.SYMBOL: "By symbol",
    Grouping.SIDE: "By side",
    Grouping.EXIT_REASON: "By exit reason",
    Grouping.MONTH: "By month",
    Grouping.WEEKDAY: "By weekday",
    Grouping.HOUR: "By hour",
}


def group_tables(report: Report) -> tuple[tuple[str, tuple[Cells, ...]], ...]:
    """The trades by what they have in common, under a heading each."""
    return tuple(
        (heading, tuple(_group(row) for row in report.groups[grouping]))
        for grouping, heading in _HEADINGS.items()
    )


def baseline_rows(report: Report) -> tuple[Cells, ...]:
    """The strategy, holding and being flat: return, max drawdown, share of the money put in."""
    backtest, metrics = report.ran.backtest, report.metrics
    own = (
        report.asked.strategy,
        signed(percent(float(backtest.equity[-1]) / backtest.initial_equity - 1)),
        amount(metrics.max_drawdown.value, Unit.FRACTION),
        amount(metrics.mean_exposure.value, Unit.FRACTION),
    )
    nothing = ("always flat", percent(0.0), percent(0.0), percent(0.0))
    return (own, *(_held(held) for held in report.baselines.held()), nothing)


def drawdown_rows(report: Report) -> tuple[Cells, ...]:
    """The deepest falls, deepest first."""
    return tuple(_drawdown(fall) for fall in report.drawdowns)


def refused_rows(report: Report) -> tuple[Cells, ...]:
    """How many entries each limit forbade, the most frequent first."""
    refused = sorted(report.ran.backtest.refused.items(), key=lambda item: (-item[1], item[0]))
    return tuple((reason_words(name), f"{count:,}") for name, count in refused)


def _group(row: GroupRow) -> Cells:
    return (
        reason_words(row.key),
        f"{row.count:,}",
        percent(row.win_rate),
        signed(usdt(row.net_usdt)),
        signed(usdt(row.expectancy_usdt)),
        signed(amount(row.expectancy_r, Unit.R)),
        amount(row.profit_factor, Unit.RATIO),
        hours(row.mean_hours),
    )


def _held(held: Held) -> Cells:
    name = f"{held.name} held"
    return (
        name,
        signed(percent(held.total_return)),
        percent(held.max_drawdown),
        percent(held.share),
    )


def _drawdown(fall: Drawdown) -> Cells:
    recovered = f"{fall.recovered:%Y-%m-%d}" if fall.recovered else "not yet"
    return (
        f"{fall.started:%Y-%m-%d}",
        f"{fall.bottom:%Y-%m-%d}",
        recovered,
        signed(percent(-fall.depth_fraction)),
        signed(usdt(-fall.depth_usdt)),
        duration(fall.length),
    )
