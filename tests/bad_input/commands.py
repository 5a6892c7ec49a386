"""Commands of `autotrader` as a test runs them, and what is left after them."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, inspect, select

from config.sources import PREFIX
from db.models import metadata

ROOT = Path(__file__).parents[2]
AUTOTRADER = (sys.executable, "-c", "from cli.main import main; main()")
PATIENCE_SECONDS = 60
_TRAFFIC = {"rate_buckets", "breakers"}

Values = Mapping[str, object]


@dataclass(frozen=True)
class Told:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> Any:
        """The JSON object that ends stdout."""
        return json.loads(self.out.splitlines()[-1])

    @property
    def complaint(self) -> str:
        """What the command says of its failure, after whatever was logged on the way."""
        return self.err[self.err.rindex("autotrader: ") :].strip()


Command = Callable[..., Told]
"""Runs `autotrader` with these words, in this process; keywords are settings."""


def variables(settings: Values) -> dict[str, str]:
    """Settings as the environment has them."""
    return {f"{PREFIX}{name.upper()}": str(value) for name, value in settings.items()}


def begin(*words: str, cwd: Path, **settings: object) -> "subprocess.Popen[str]":
    """`autotrader` with these words as a process of its own; keywords are settings."""
    return subprocess.Popen(
        [*AUTOTRADER, *words],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables(settings)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # As a shell does for a command in a terminal: Ctrl-C reaches it and not the tests.
        start_new_session=True,
    )


def ended(process: "subprocess.Popen[str]") -> Told:
    """What the process said, once it has ended."""
    out, err = process.communicate(timeout=PATIENCE_SECONDS)
    return Told(process.returncode, out, err)


def rows(engine: Engine) -> dict[str, int]:
    """How many rows every table has that has any.

    But for the counts of what the exchange was asked, which are kept of refused questions too.
    """
    there = set(inspect(engine).get_table_names())
    with engine.connect() as connection:
        counted = {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
            if table.name in there - _TRAFFIC
        }
    return {name: count for name, count in counted.items() if count}
