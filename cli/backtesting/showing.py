"""What a backtest found, for a terminal: headline figures with intervals, then the badges."""

import json
import sys
from collections.abc import Mapping

from adapters.report.numbers import written, written_interval
from adapters.report.sections import HEADLINES
from cli.output import print_table
from trading.backtest.badges import Level
from trading.backtest.report import Report

_MORE = ("sortino", "calmar", "dsr", "win_rate", "fees", "funding", "slippage", "mean_exposure")
_MARKS = {Level.OK: "ok", Level.WARN: "WARN", Level.BAD: "BAD"}


def print_document(document: Mapping[str, object]) -> None:
    """One line of JSON on stdout, statistics as numbers; money of trades is in the database."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n")
    sys.stdout.flush()


def show_report(report: Report) -> None:
    """The headline figures, what chance and holding would have made, and how far to believe it."""
    asked = report.asked
    figures = report.figures()
    labels = dict(HEADLINES) | {name: name.replace("_", " ") for name in _MORE}
    rows = [
        (label, written(figures[name]), written_interval(figures[name]) or figures[name].note)
        for name, label in labels.items()
    ]
    title = (
        f"{asked.strategy} on {', '.join(asked.symbols)} {asked.interval}, "
        f"{asked.since:%Y-%m-%d} to {asked.until:%Y-%m-%d}"
    )
    print_table(title, ("figure", "value", "95 % interval"), rows)
    print_table(
        "How far it may be believed",
        ("badge", "", "what was seen"),
        [(badge.name, _MARKS[badge.level], badge.sentence) for badge in report.badges],
    )
