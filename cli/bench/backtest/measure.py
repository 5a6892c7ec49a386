"""Our rows and, where their folder is there, those of the rivals: one process at a time."""

import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from cli.bench.backtest.cold import COLUMNS
from cli.bench.backtest.made_up import one_symbol
from cli.bench.backtest.works import Work
from cli.bench.plan import Plan

Row = dict[str, object]

PEERS_VARIABLE = "AUTOTRADER_BENCH_PEERS"
"""Names the folder of the rivals' scripts; their environments lie in `venvs` in it, or where
BENCH_VENVS says, as v_<name>."""

_TIMEOUT_S = 3600
_RIVALS = (
    ("v_raptorbt", "bench_raptorbt.py", "--work W1 --reps 15 --variant arrays"),
    ("v_vectorbt", "bench_vectorbt.py", "--work W1 --reps 15 --variant rust"),
    ("v_vectorbt", "bench_vectorbt.py", "--work W1 --reps 9 --variant orderfunc"),
    ("v_backtesting", "bench_backtesting.py", "--work W1 --reps 3"),
    ("v_vectorbt", "bench_vectorbt.py", "--work W3 --reps 9 --variant orderfunc"),
    ("v_raptorbt", "bench_raptorbt.py", "--work W2 --reps 2 --combos 1000 --threads 2"),
)


@dataclass(frozen=True, slots=True)
class BacktestFigures:
    """Rows in the shape of the rivals' scripts; `rivals` is empty where they are not there."""

    ours: tuple[Row, ...]
    rivals: tuple[Row, ...]


def measure_backtest(plan: Plan, folder: Path) -> BacktestFigures:
    """Measure every work of ours, each in a fresh process, then the rivals."""
    ours = [_ours(work, plan) for work in Work]
    return BacktestFigures((*ours, _cold(plan, folder)), tuple(_rivals()))


def _ours(work: Work, plan: Plan) -> Row:
    sweeps = work is Work.SWEEP
    reps = max(1, plan.backtest_reps // 5) if sweeps else plan.backtest_reps
    arguments = [str(work), "--reps", str(reps), "--bars", str(plan.backtest_bars)]
    if sweeps:
        arguments += ["--combos", str(plan.backtest_combinations), "--threads", "2"]
    done = _run([sys.executable, "-m", "cli.bench.backtest.one_work", *arguments])
    return _last_row(done)


def _cold(plan: Plan, folder: Path) -> Row:
    """Seconds from exec to exit of a script that reads a file, trades it and prints."""
    series = one_symbol(plan.backtest_bars) if plan.backtest_bars else one_symbol()
    columns = (series.opened_ms, series.open, series.high, series.low, series.close, series.volume)
    path = folder / "one_symbol.parquet"
    pq.write_table(pa.table(dict(zip(COLUMNS, columns, strict=True))), path)
    command = [sys.executable, "-m", "cli.bench.backtest.cold", str(path)]
    said, seconds = _run(command).stdout.strip(), []
    for _ in range(plan.backtest_reps):
        started = time.perf_counter()
        _run(command)
        seconds.append(time.perf_counter() - started)
    return {
        "peer": "autotrader",
        "work": "W1 whole process",
        "n_bars": len(series),
        "median_s": round(statistics.median(seconds), 4),
        "min_s": round(min(seconds), 4),
        "max_s": round(max(seconds), 4),
        "reps": len(seconds),
        "said": said,
    }


def _rivals() -> list[Row]:
    """What the rivals' own scripts say here; those whose environment lacks are left out."""
    named = os.environ.get(PEERS_VARIABLE)
    if not named:
        return []
    folder = Path(named)
    environments = Path(os.environ.get("BENCH_VENVS", folder / "venvs"))
    rows = []
    for environment, script, arguments in _RIVALS:
        python = environments / environment / "bin" / "python"
        if python.exists() and (folder / script).exists():
            rows.append(_last_row(_run([str(python), str(folder / script), *arguments.split()])))
    return rows


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 -- no shell, and the command is ours
        command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
    )


def _last_row(done: subprocess.CompletedProcess[str]) -> Row:
    """The last JSON line, or what the process complained about."""
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        return {"error": (done.stderr or done.stdout)[-400:], "exit_code": done.returncode}
    row: Row = json.loads(lines[-1])
    return row
