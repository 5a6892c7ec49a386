"""The demo against the clock: market hours in a second, memory of every process."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from cli.bench.plan import Plan
from cli.demo.options import DemoOptions
from cli.demo.run import run_demo


@dataclass(frozen=True, slots=True)
class DemoBench:
    """Start and end of the processes are in `duration_s` alone. Memory in MiB, by process."""

    market_hours: int
    symbols: int
    market_hours_per_second: float
    seconds_per_cycle: float
    duration_s: float
    peak_memory_mib: Mapping[str, int]


def measure_demo(plan: Plan, folder: Path) -> DemoBench:
    """Run a demo in `folder`; it shows its own progress."""
    options = DemoOptions(cycles=plan.demo_hours)
    done = run_demo(options, folder, Console(stderr=True), time.monotonic)
    told = done.figures
    return DemoBench(
        market_hours=told.cycles,
        symbols=len(done.symbols),
        market_hours_per_second=told.market_hours_per_second,
        seconds_per_cycle=told.seconds_per_cycle,
        duration_s=told.duration_s,
        peak_memory_mib=told.peak_memory_mb,
    )
