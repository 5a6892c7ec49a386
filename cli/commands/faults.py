"""`faults`: every fault of the catalogue against the real desk, and what held."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cli.demo.stage import demo_folder
from cli.faults.options import MatrixOptions
from cli.faults.page import matrix_page
from cli.faults.results import Matrix, RunResult
from cli.faults.trials import Tried, try_all
from cli.options import AsJson
from cli.output import print_table, say
from cli.stack.interruption import ended_by_signals

_BROKEN = 1
_INTERRUPTED = 130

Runs = Annotated[int, typer.Option(min=0, help="How many runs over all faults of the exchange.")]
Seed = Annotated[
    int, typer.Option(min=0, help="Draws actions and faults; equal seeds, equal runs.")
]
Only = Annotated[str, typer.Option(help="Faults, or how their names begin: http.reset_after,ws.")]
Workers = Annotated[int, typer.Option(min=1, max=64, help="Processes that make runs.")]
Processes = Annotated[
    bool, typer.Option("--processes", help="Also kill, stop and starve the desk's own process.")
]
Every = Annotated[int, typer.Option(min=1, help="Of how many points of a process one is tried.")]
SoakDays = Annotated[int, typer.Option(min=0, help="Days of market time with faults at random.")]
Resume = Annotated[
    Path | None, typer.Option(help="Keep each run in this file, and make none again that it has.")
]
Page = Annotated[Path | None, typer.Option(help="Write what was found to this Markdown file.")]


def faults(  # noqa: PLR0913 -- one parameter per option, by name
    *,
    runs: Runs = 500,
    seed: Seed = 1,
    only: Only = "",
    workers: Workers = 2,
    processes: Processes = False,
    every: Every = 1,
    soak_days: SoakDays = 0,
    resume: Resume = None,
    page: Page = None,
    as_json: AsJson = False,
) -> None:
    """Inject every fault of the catalogue while the desk trades, and check what must hold.

    Starts its own PostgreSQL and simulated exchanges, reads none of your settings and removes
    everything. Exits with 1 if any invariant broke; each is told with the seed that repeats it.

    Examples:
    - `autotrader faults`
    - `autotrader faults --only http.reset_after --runs 50 --json`
    - `autotrader faults --runs 10000 --resume runs.jsonl` goes on after Ctrl-C
    - `autotrader faults --runs 10000 --processes --soak-days 7 --page docs/fault-matrix.md`
    """
    options = MatrixOptions(runs, seed, only, workers, processes, every, soak_days)
    try:
        with ended_by_signals(), demo_folder(keep=False, now=datetime.now(UTC)) as folder:
            tried = _try(options, folder, resume)
    except KeyboardInterrupt:
        sys.stderr.write("autotrader: faults interrupted; every process of it is stopped\n")
        raise typer.Exit(_INTERRUPTED) from None
    if page is not None:
        page.write_text(matrix_page(tried, options))
    _tell(tried, as_json=as_json)
    if not tried.is_whole:
        raise typer.Exit(_BROKEN)


def _try(options: MatrixOptions, folder: Path, record_path: Path | None) -> Tried:
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("fault runs", total=None)

        def tell(result: RunResult, total: int) -> None:
            for found in result.violations:
                line = f"{result.fault} seed {result.seed}: {found.invariant} {found.detail}"
                progress.console.print(line, style="red", markup=False, highlight=False)
            progress.update(task, advance=1, total=total)

        return try_all(options, folder, tell=tell, record_path=record_path)


def _tell(tried: Tried, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(tried.as_json()) + "\n")
        return
    matrix = tried.matrix
    head = ("fault", "runs", "struck", "broken", "naked s, worst", "recovery s, p95")
    print_table(f"{matrix.runs} runs", head, _rows(matrix))
    if tried.soak is not None:
        say(f"soak over {len(tried.soak.days)} days: {len(tried.soak.violations)} violations")
        for complaint in tried.soak.complaints:
            say(complaint)


def _rows(matrix: Matrix) -> list[tuple[str, ...]]:
    return [
        (
            name,
            str(one.runs),
            str(one.struck),
            ", ".join(f"{key} x{count}" for key, count in sorted(one.violations.items())) or "-",
            f"{one.naked_seconds_max:.3f}",
            f"{one.recover_p95:.1f}",
        )
        for name, one in sorted(matrix.faults.items())
    ]
