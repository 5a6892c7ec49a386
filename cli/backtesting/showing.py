"""What a backtest found, for a terminal: headline figures with intervals, then the badges."""

import json
import sys
from collections.abc import Mapping, Sequence

from adapters.report.numbers import written, written_interval
from adapters.report.sections import HEADLINES
from cli.output import print_table, say
from tasks.backtesting.part_results import Line
from tasks.backtesting.questions import Objective
from tasks.backtesting.rule_choices import RuleChoices
from tasks.backtesting.walking import Step
from trading.backtest.badges import Level
from trading.backtest.report import Report
from trading.backtest.strategies.registry import SHIPPED

_MORE = ("sortino", "calmar", "dsr", "win_rate", "fees", "funding", "mean_exposure")
_MARKS = {Level.OK: "ok", Level.WARN: "WARN", Level.BAD: "BAD"}


def print_document(document: Mapping[str, object]) -> None:
    """One line of JSON on stdout, statistics as numbers; money of trades is in the database."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n")
    sys.stdout.flush()


def show_report(report: Report) -> None:
    """The headline figures, what chance and holding would have made, and how far to believe it."""
    asked = report.asked
    figures = report.metrics.figures()
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


def show_lines(lines: Sequence[Line], objective: Objective) -> None:
    """The best combinations of a sweep."""
    names = tuple(lines[0].combination) if lines else ()
    rows = [
        (
            *line.combination.values(),
            _short(line.sharpe),
            *(() if objective is Objective.SHARPE else (_short(line.score),)),
            _short(line.net_usdt),
            _short(line.max_drawdown),
            _short(line.profit_factor),
            line.trades,
        )
        for line in lines
    ]
    score = () if objective is Objective.SHARPE else (objective.value.replace("_", " "),)
    columns = (*names, "Sharpe", *score, "net USDT", "deepest fall", "profit factor", "trades")
    print_table("Best combinations", columns, rows)


def show_steps(steps: Sequence[Step], objective: Objective) -> None:
    """What every window of a walk-forward chose, by the time before it alone."""
    rows = [
        (
            f"{step.window.test_from:%Y-%m-%d} to {step.window.until:%Y-%m-%d}",
            "nothing was good enough" if step.chosen is None else _words(step.chosen),
            "–" if step.chosen is None else _short(step.chosen.score),
        )
        for step in steps
    ]
    score = objective.value.replace("_", " ")
    print_table("Windows", ("traded", "chosen before", f"{score} before"), rows)


def show_strategies() -> None:
    """Every shipped rule with its parameters, their defaults and ranges."""
    rows = [
        (shipped.name, shipped.summary, one.name, one.default, one.range, one.meaning)
        for shipped in SHIPPED.values()
        for one in shipped.parameters
    ]
    print_table(
        "Shipped rules", ("strategy", "what it does", "parameter", "default", "range", ""), rows
    )
    say("decisions and prompt:NAME@NUMBER trade again what the desk decided and stored.")


def show_rules() -> None:
    """Every trading rule with its default and meaning."""
    rows = [
        (name, "–" if field.default is None else str(field.default), field.description)
        for name, field in RuleChoices.model_fields.items()
    ]
    print_table("Trading rules", ("rule", "default", "meaning"), rows)


def _words(line: Line) -> str:
    return ", ".join(f"{name} {value}" for name, value in line.combination.items())


def _short(value: float | None) -> str:
    return "–" if value is None else f"{value:,.4g}"
