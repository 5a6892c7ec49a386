"""`bench`: what the desk and the simulated exchange can do on this machine."""

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from cli.bench.plan import FULL, QUICK, Part
from cli.bench.run import Benchmark, run_bench
from cli.demo.stage import demo_folder
from cli.options import AsJson
from cli.output import print_table
from cli.stack.interruption import ended_by_signals

_INTERRUPTED = 130

Only = Annotated[Part | None, typer.Option(help="Measure this part alone.")]
Quick = Annotated[bool, typer.Option("--quick", help="Few runs: to see that it works.")]


def bench(*, only: Only = None, quick: Quick = False, as_json: AsJson = False) -> None:
    """Measure the trading cycle, the simulated exchange and the demo; takes some minutes.

    Starts its own PostgreSQL, exchange and Prefect, reads none of your settings and removes
    everything. Run it on a machine that has nothing else to do.

    Examples: autotrader bench · autotrader bench --only cycle --json · autotrader bench --quick
    """
    parts = tuple(Part) if only is None else (only,)
    try:
        with ended_by_signals(), demo_folder(keep=False, now=datetime.now(UTC)) as folder:
            measured = run_bench(
                QUICK if quick else FULL, folder, parts=parts, console=Console(stderr=True)
            )
    except KeyboardInterrupt:
        sys.stderr.write("autotrader: bench interrupted; every process of it is stopped\n")
        raise typer.Exit(_INTERRUPTED) from None
    _tell(measured, as_json=as_json)


def _tell(measured: Benchmark, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(measured.as_json() + "\n")
        return
    for part, figures in asdict(measured).items():
        if figures is not None:
            print_table(part, ("figure", "value"), [(name, str(x)) for name, x in figures.items()])
