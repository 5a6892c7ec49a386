"""What a sweep found, for a terminal: its best combinations, and what each window chose."""

from collections.abc import Sequence

from cli.output import print_table
from tasks.backtesting.pages import number_text
from tasks.backtesting.part_results import Line
from tasks.backtesting.questions import Objective
from tasks.backtesting.walking import Step


def show_lines(lines: Sequence[Line], objective: Objective) -> None:
    """The best combinations of a sweep."""
    names = tuple(lines[0].combination) if lines else ()
    rows = [
        (
            *line.combination.values(),
            number_text(line.sharpe),
            *(() if objective is Objective.SHARPE else (number_text(line.score),)),
            number_text(line.net_usdt),
            number_text(line.max_drawdown),
            number_text(line.profit_factor),
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
            "–" if step.chosen is None else number_text(step.chosen.score),
        )
        for step in steps
    ]
    score = objective.value.replace("_", " ")
    print_table("Windows", ("traded", "chosen before", f"{score} before"), rows)


def _words(line: Line) -> str:
    return ", ".join(f"{name} {value}" for name, value in line.combination.items())
