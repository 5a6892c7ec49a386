"""How answers are shown: tables for a person, one JSON object for a program."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from rich.console import Console
from rich.table import Table

from trading.canonical import canonical


def print_json(answer: object) -> None:
    """`answer` as one line of JSON on stdout: money as strings, times in ISO 8601."""
    sys.stdout.write(json.dumps(canonical(answer), ensure_ascii=False) + "\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """A line for a person on stdout; the text is shown as it is."""
    _console().print(text, markup=False, highlight=False, soft_wrap=True)


def warn(text: str) -> None:
    """A line for a person on stderr, so that stdout keeps the answer alone."""
    Console(stderr=True).print(text, markup=False, highlight=False, soft_wrap=True)


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table on stdout. Numbers are right-aligned; None is shown as a dash."""
    cells = [list(row) for row in rows]
    table = Table()
    for place, column in enumerate(columns):
        is_number = any(isinstance(row[place], int | Decimal) for row in cells)
        table.add_column(column, justify="right" if is_number else "left", overflow="fold")
    for row in cells:
        table.add_row(*(cell(value) for value in row))
    console = _console()
    # Not as the table's own title, which breaks where a narrow table ends.
    console.print(title, style="bold", markup=False, highlight=False)
    console.print(table)


def cell(value: object) -> str:
    """`value` as a table shows it: plain decimals, UTC times to the second, a dash for None."""
    match value:
        case None:
            return "–"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S}"
        case timedelta():
            return duration(value)
        case Decimal():
            return format(value, "f")
        case _:
            return str(value).replace("[", r"\[")


def duration(length: timedelta) -> str:
    """`length` in its largest two units: `2 h 5 min`, `12 s`."""
    seconds = round(length.total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    minutes, hours = seconds // 60, seconds // 3600
    if minutes < 60:
        return f"{minutes} min {seconds % 60} s"
    if hours < 48:
        return f"{hours} h {minutes % 60} min"
    return f"{hours // 24} d {hours % 24} h"


def usdt(amount: Decimal) -> Decimal:
    """An amount for a person, to the cent. JSON carries it in full."""
    return amount.quantize(Decimal("0.01"))


def _console() -> Console:
    # Made for each answer: it looks whether stdout is a terminal. A pipe gets room for long lines.
    return Console() if sys.stdout.isatty() else Console(width=160)
