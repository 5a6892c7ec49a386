"""The figures of a report in the order and under the headings in which they are read."""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.report.numbers import written, written_interval
from trading.backtest import slippage
from trading.metrics.figures import Figure
from trading.metrics.meanings import MEANINGS


@dataclass(frozen=True, slots=True)
class Row:
    """One figure as text; `interval` and `note` may be empty, `meaning` says what it is."""

    label: str
    value: str
    interval: str
    note: str
    meaning: str


HEADLINES = (
    ("net_profit", "Net profit"),
    ("cagr", "CAGR"),
    ("max_drawdown", "Max drawdown"),
    ("sharpe", "Sharpe"),
    ("profit_factor", "Profit factor"),
    ("win_rate", "Win rate"),
    ("expectancy_r", "Expectancy"),
    ("trades", "Trades"),
)
"""Names of the figures on top of the page and what they are called there."""

_SECTIONS = (
    ("Returns", (
        "final_equity", "net_profit", "total_return", "cagr", "lowest_equity", "highest_equity",
    )),
    ("Costs", ("fees", "funding", "slippage", "slippage_share", "volume")),
    (
        "Risk",
        ("volatility", "sharpe", "sortino", "calmar", "daily_skewness", "daily_kurtosis"),
    ),
    ("Significance", ("psr", "dsr", "min_track_record_days", "sqn")),
    (
        "Drawdown",
        (
            "max_drawdown", "max_drawdown_usdt", "longest_drawdown_days", "current_drawdown",
            "time_under_water", "ulcer_index", "recovery_factor",
        ),
    ),
    (
        "Days",
        (
            "profit_per_day", "best_day", "worst_day", "winning_days", "losing_days",
            "value_at_risk", "expected_shortfall",
        ),
    ),
    ("Exposure", ("time_in_market", "mean_exposure", "max_exposure", "turnover")),
)  # fmt: skip
"""Headings with their figures; what is named nowhere comes last, under "Trades"."""


def sections(figures: Mapping[str, Figure]) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """Every figure once, under its heading."""
    named = {name for _, names in _SECTIONS for name in names}
    rest = tuple(name for name in figures if name not in named)
    return tuple(
        (heading, tuple(row(name, figures[name]) for name in names if name in figures))
        for heading, names in (*_SECTIONS, ("Trades", rest))
    )


def row(name: str, figure: Figure, label: str = "") -> Row:
    """One figure as text under its own name in words."""
    return Row(
        label=label or _LABELS.get(name, name.replace("_", " ").capitalize()),
        value=written(figure),
        interval=written_interval(figure),
        note=figure.note,
        meaning=MEANINGS.get(name) or slippage.MEANINGS.get(name, ""),
    )


_LABELS = {
    "slippage_share": "Slippage of the profit before costs",
    "cagr": "Growth a year (CAGR)",
    "psr": "Probabilistic Sharpe ratio (PSR)",
    "dsr": "Deflated Sharpe ratio (DSR)",
    "min_track_record_days": "Minimum track record (MinTRL)",
    "max_drawdown_usdt": "Max drawdown in USDT",
    "longest_drawdown_days": "Longest drawdown",
    "sqn": "System quality number (SQN)",
    "value_at_risk": "Value at risk (5 % of days)",
    "expected_shortfall": "Expected shortfall (5 % of days)",
    "expectancy_r": "Expectancy in R",
    "kelly": "Kelly fraction",
    "mean_holding_hours": "Mean holding time",
    "longest_holding_hours": "Longest holding time",
    "mean_hours_won": "Mean holding time, winning",
    "mean_hours_lost": "Mean holding time, losing",
    "longest_wins": "Most wins in a row",
    "longest_losses": "Most losses in a row",
}
