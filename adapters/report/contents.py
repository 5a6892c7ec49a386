"""All that stands on the page, as texts and figures in the order of the page."""

from dataclasses import dataclass

from adapters.report.chance import chance_plot, fan_plot
from adapters.report.equity import drawdown_plot, equity_plot
from adapters.report.heat import HeatTable, heat_table
from adapters.report.months import NAMES, Year, month_table
from adapters.report.plot import Plot
from adapters.report.prices import price_plots
from adapters.report.results import spread_plot, when_plot
from adapters.report.sections import Row, sections
from adapters.report.tables import (
    GROUP_HEADS,
    Cells,
    baseline_rows,
    drawdown_rows,
    group_tables,
    refused_rows,
)
from adapters.report.tiles import Tile, tiles
from adapters.report.trade_list import TRADE_HEADS, trade_list
from adapters.report.wording import (
    LEVELS,
    bounds_sentence,
    chance_sentence,
    facts,
    fan_sentence,
    no_chance_sentence,
    verdict,
)
from trading.backtest.badges import Badge, Level
from trading.backtest.report import Asked, Report


@dataclass(frozen=True, slots=True)
class Contents:
    """What the page's template is filled with; a figure is None where there is nothing to draw."""

    asked: Asked
    since: str
    until: str
    verdict: str
    badges: tuple[Badge, ...]
    levels: dict[Level, str]
    tiles: tuple[Tile, ...]
    equity: Plot
    drawdown: Plot
    chance_sentence: str
    baselines: tuple[Cells, ...]
    chance: Plot | None
    no_chance: str
    month_names: tuple[str, ...]
    months: tuple[Year, ...]
    spread: Plot | None
    when: Plot | None
    group_heads: tuple[str, ...]
    groups: tuple[tuple[str, tuple[Cells, ...]], ...]
    prices: tuple[tuple[str, Plot], ...]
    fan: Plot | None
    fan_sentence: str
    drawdowns: tuple[Cells, ...]
    sections: tuple[tuple[str, tuple[Row, ...]], ...]
    refused: tuple[Cells, ...]
    trade_heads: tuple[str, ...]
    trades: tuple[Cells, ...]
    trades_note: str
    heat: HeatTable | None
    bounds: str
    assumptions: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]


def contents(report: Report) -> Contents:
    """The texts and figures of one report."""
    trades = trade_list(report)
    return Contents(
        asked=report.asked,
        since=f"{report.asked.since:%Y-%m-%d}",
        until=f"{report.asked.until:%Y-%m-%d}",
        verdict=verdict(report),
        badges=report.badges,
        levels=LEVELS,
        tiles=tiles(report.metrics),
        equity=equity_plot(report),
        drawdown=drawdown_plot(report),
        chance_sentence=chance_sentence(report),
        baselines=baseline_rows(report),
        chance=chance_plot(report),
        no_chance=no_chance_sentence(report),
        month_names=NAMES,
        months=month_table(report),
        spread=spread_plot(report),
        when=when_plot(report),
        group_heads=GROUP_HEADS,
        groups=group_tables(report),
        prices=price_plots(report),
        fan=fan_plot(report),
        fan_sentence=fan_sentence(report),
        drawdowns=drawdown_rows(report),
        sections=sections(report.figures()),
        refused=refused_rows(report),
        trade_heads=TRADE_HEADS,
        trades=trades.rows,
        trades_note=trades.note,
        heat=heat_table(report),
        bounds=bounds_sentence(report),
        assumptions=report.assumptions,
        facts=facts(report),
    )
