"""`demo`: the main job end to end, on a machine that has nothing but this program."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cli.demo.options import DemoOptions
from cli.demo.report import show_report
from cli.demo.run import Demo, run_demo
from cli.demo.stage import demo_folder
from cli.options import AsJson, symbols_of
from cli.stack.interruption import ended_by_signals
from config.desk import Analyst

_INTERRUPTED = 130
_MOST_CYCLES = 24 * 366
_MOST_SYNCS = 29  # every two minutes, as on a real desk

Cycles = Annotated[
    int, typer.Option(min=1, max=_MOST_CYCLES, help="Hourly cycles to run, in market time.")
]
Symbols = Annotated[
    str | None,
    typer.Option(metavar="A,B", help="Symbols to trade; default: all of --data, or three."),
]
Data = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", help="Replay the candles of this folder instead of a made-up market."
    ),
]
Seed = Annotated[int, typer.Option(min=0, help="Seed of the made-up market.")]
SyncsPerHour = Annotated[
    int,
    typer.Option(min=0, max=_MOST_SYNCS, metavar="K", help="Syncs between two cycles."),
]
AnalystOption = Annotated[
    Analyst,
    typer.Option("--analyst", help="Who reads the charts; openai asks a stand-in for a model."),
]
Keep = Annotated[
    bool, typer.Option("--keep", help="Keep database, journal and logs under .autotrader/.")
]


def demo(  # noqa: PLR0913 -- one parameter per option, by name
    *,
    cycles: Cycles = 72,
    symbols: Symbols = None,
    data: Data = None,
    seed: Seed = 1,
    syncs_per_hour: SyncsPerHour = 1,
    as_json: AsJson = False,
    keep: Keep = False,
    analyst: AnalystOption = Analyst.TECHNICAL,
) -> None:
    """Trade hours of market history in about a minute, then audit every cent.

    Starts an embedded PostgreSQL, a simulated Bybit and Prefect on free ports of this machine,
    runs the hourly cycles with the syncs between them, compares the database with the exchange's
    own records and removes everything. No key, no network, none of your settings. Exit code 1 if
    the audit finds anything.

    Examples: autotrader demo · autotrader demo --data candles/ --symbols BTCUSDT,ETHUSDT
    --cycles 240 · autotrader demo --cycles 24 --seed 7 --json · autotrader demo --analyst openai
    """
    options = DemoOptions(
        cycles=cycles,
        symbols=symbols_of(symbols, None),
        data=data,
        seed=seed,
        syncs_per_hour=syncs_per_hour,
        keep=keep,
        analyst=analyst,
    )
    try:
        with ended_by_signals():
            finished, where = _run(options)
    except KeyboardInterrupt:
        sys.stderr.write("autotrader: demo interrupted; every process of it is stopped\n")
        raise typer.Exit(_INTERRUPTED) from None
    _tell(finished, where, as_json=as_json)
    if not finished.figures.is_sound:
        raise typer.Exit(1)


def _run(options: DemoOptions) -> tuple[Demo, Path | None]:
    console = Console(stderr=True)
    with demo_folder(keep=options.keep, now=datetime.now(UTC)) as folder:
        return run_demo(options, folder, console, time.monotonic), folder if options.keep else None


def _tell(finished: Demo, kept: Path | None, *, as_json: bool) -> None:
    for line in (*finished.skipped, *map(str, finished.results.audit.differences)):
        sys.stderr.write(f"autotrader: {line}\n")
    if as_json:
        sys.stdout.write(finished.figures.as_json() + "\n")
        return
    # A pipe gets room for long lines.
    console = Console() if sys.stdout.isatty() else Console(width=120)
    show_report(console, finished, _where_next(kept))


def _where_next(kept: Path | None) -> list[tuple[str, str]]:
    if kept is None:
        first = ("autotrader demo --keep", "the same again, and keep database and logs to look at")
    else:
        first = (
            f"AUTOTRADER_DATA_FOLDER={kept} autotrader positions",
            "look into what was kept: database, journal of the exchange, logs",
        )
    return [
        first,
        ("autotrader up", "the desk on its real schedule, with Prefect's pages on :4200"),
        ("autotrader doctor", "is this machine ready for it?"),
    ]
