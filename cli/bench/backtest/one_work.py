"""One figure in a process of its own: `python -m cli.bench.backtest.one_work W1 --reps 15`.

Prints one JSON line in the shape of the rivals' scripts.
"""

import argparse
import gc
import json
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from cli.bench.backtest.works import Work, prepare

_MIB = 2**20


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the work named by the first argument and print its row."""
    asked = _parser().parse_args(arguments)
    work = prepare(
        Work(asked.work), bars=asked.bars, combinations=asked.combos, threads=asked.threads
    )
    before = _resident_mib()
    work.do()
    seconds, figures = [], work.do()
    for _ in range(asked.reps):
        gc.collect()
        started = time.perf_counter()
        figures = work.do()
        seconds.append(time.perf_counter() - started)
    median = statistics.median(seconds)
    row = {
        "peer": "autotrader",
        "work": asked.work,
        "n_bars": work.bars,
        "symbols": work.symbols,
        "combos": work.combinations,
        "median_s": round(median, 6),
        "min_s": round(min(seconds), 6),
        "max_s": round(max(seconds), 6),
        "reps": asked.reps,
        "ns_per_bar": round(median / (work.bars * work.symbols * work.combinations) * 1e9, 2),
        "rss_before_mb": before,
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "trades": int(figures.trades.sum()),
        "final_equity": float(figures.final_equity.mean()),
        "threads": asked.threads,
        "calibration_s": round(_calibration(), 4),
        "python": platform.python_version(),
    }
    sys.stdout.write(json.dumps(row) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    parser.add_argument("work", choices=[str(work) for work in Work])
    parser.add_argument("--reps", type=int, default=5)
    parser.add_argument("--bars", type=int, default=0)
    parser.add_argument("--combos", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=1)
    return parser


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return round(pages * resource.getpagesize() / _MIB, 1)


def _calibration() -> float:
    """Seconds of a fixed loop: how busy the machine was."""
    return min(_timed(lambda: sum(range(2_000_000))) for _ in range(3))


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
