"""`data check`: is a folder of candles fit to be traded on."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.options import AsJson
from cli.output import print_json, print_table, say
from cli.stack.environment import neutral_environment
from trading.errors import BadDataError

app = typer.Typer(help="Market data on disk.", no_args_is_help=True)


@app.callback()
def _data() -> None:
    """Market data on disk."""


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(help="Folder of parquet or CSV files.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Check candles, mark prices and funding rates for gaps, duplicates and impossible values.

    Names every problem with its first row and what to do. Nothing is changed or filled in.

    Examples:
    - `autotrader data check candles/`
    - `autotrader data check candles/ --json`
    """
    answer = _checked(folder)
    if as_json:
        print_json(answer)
    elif answer["ok"]:
        say(f"{folder}: every file is fit for use")
    else:
        rows = [(row["file"], row["problem"], row["message"]) for row in answer["findings"]]
        print_table(f"Problems in {folder}", ("file", "problem", "what to do"), rows)
    if not answer["ok"]:
        raise typer.Exit(1)


def _checked(folder: Path) -> dict[str, Any]:
    """The simulator's own verdict: it is the one that reads these files."""
    command = [sys.executable, "-m", "exchange_sim.check", "--json", "--", str(folder)]
    done = subprocess.run(  # noqa: S603 -- no shell, and the command is ours
        command, capture_output=True, text=True, check=False, env=neutral_environment()
    )
    if not done.stdout:
        raise BadDataError(done.stderr.strip().removeprefix("exchange_sim: "))
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
