"""A trading cycle against the clock: real database, real exchange process, real Prefect."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from prefect import Flow, flow

from cli.bench.measures import median, slope
from cli.bench.plan import Plan
from cli.demo.options import DemoOptions
from cli.demo.stage import Stage, open_stage
from cli.stack.orchestration import runs_reported_to
from config.logging import configure_logging
from config.settings import Settings
from flows.trading_cycle import run_cycle, trading_cycle
from tasks.reports import CycleReport, publish_cycle
from tasks.resources import Analyst, Resources, open_resources
from trading.analysis import Abstention, Action, Analysis, FlatReason, Regime
from trading.chart import ChartImage
from trading.errors import InvariantError
from trading.reasons import Outcome
from trading.snapshot import MarketSnapshot

ALLOWED_OVER_THINKING = 0.25
"""The fraction of the analyst's time that everything else may add to a cycle's fixed cost."""

_FLAT = Analysis(
    analyst="bench",
    version="1",
    action=Action.FLAT,
    p_up=50,
    regime=Regime.UNCLEAR,
    reasons=("measuring",),
    flat_reason=FlatReason.NO_SETUP,
)

Timed = Callable[[int, float], float]
"""Seconds of one cycle over so many symbols, whose analyst thinks for so many seconds."""

Change = Callable[[Resources], Resources]
"""What a measurement makes of the resources that a cycle would use."""


def as_they_are(resources: Resources) -> Resources:
    """The resources as the settings make them."""
    return resources


@dataclass(frozen=True, slots=True)
class CycleFigures:
    """Seconds, medians. `fixed_s` is a cycle over no symbol at all.

    `goal_s` is the analyst's time, a quarter more, and the fixed cost. `instant_s` are cycles
    with an analyst who answers at once, by number of symbols; `per_symbol_s` is their slope.
    """

    symbols: int
    runs: int
    analyst_s: float
    total_s: float
    fixed_s: float
    per_symbol_s: float
    goal_s: float
    meets_goal: bool
    instant_s: dict[int, float]
    all_total_s: list[float]


def measure_cycle(plan: Plan, folder: Path) -> CycleFigures:
    """Time cycles of every size on a stage of their own in `folder`."""
    with open_timed_desk(plan, folder) as timed:
        # The first cycles import, connect and compile statements; they are not typical.
        timed(max(plan.sizes), 0)
        fixed = median([timed(0, 0) for _ in range(plan.runs)])
        instant = {size: median([timed(size, 0) for _ in range(plan.runs)]) for size in plan.sizes}
        totals = [timed(max(plan.sizes), plan.thinking_s) for _ in range(plan.runs)]
    return figures(plan, fixed=fixed, instant=instant, totals=totals)


def figures(
    plan: Plan, *, fixed: float, instant: dict[int, float], totals: list[float]
) -> CycleFigures:
    """What the measured seconds say."""
    total = median(totals)
    goal = plan.thinking_s * (1 + ALLOWED_OVER_THINKING) + fixed
    return CycleFigures(
        symbols=max(plan.sizes),
        runs=plan.runs,
        analyst_s=plan.thinking_s,
        total_s=round(total, 3),
        fixed_s=round(fixed, 3),
        per_symbol_s=round(slope(instant), 4),
        goal_s=round(goal, 3),
        meets_goal=total <= goal,
        instant_s={size: round(seconds, 3) for size, seconds in instant.items()},
        all_total_s=[round(seconds, 3) for seconds in totals],
    )


@contextmanager
def open_timed_desk(plan: Plan, folder: Path) -> Iterator[Timed]:
    """A desk on a simulated market; each timed cycle takes the next slot of it."""
    cycles = 1 + plan.runs * (len(plan.sizes) + 2)
    options = DemoOptions(cycles=cycles, symbols=plan.symbols)
    with open_stage(options, folder) as stage, runs_reported_to(stage.prefect):
        configure_logging(stage.settings)
        slots = (hour.slot for hour in stage.timetable.hours())
        yield lambda size, thinking_s: time_cycle(
            stage, stage.settings, next(slots), _few_symbols(size, analyst_after(thinking_s))
        )


def time_cycle(
    stage: Stage, settings: Settings, slot: datetime, change: Change = as_they_are
) -> float:
    """Seconds of the trading cycle of a slot, with resources of `settings` that `change` changes.

    Raises:
        InvariantError: it did not decide about every symbol, or its analyst had no answer.
    """
    stage.simulator.control.advance_to(slot)
    cycle = _cycle(settings, change)
    began = time.perf_counter()
    wanted, report = cycle(slot)
    seconds = time.perf_counter() - began
    silent = [line.detail for line in report.lines if line.outcome == Outcome.ABSTAINED]
    if report.skipped or len(report.lines) != wanted or silent:
        message = (
            f"a cycle over {wanted} symbols decided {len(report.lines)}: {report.skipped}"
            f"{'; '.join(silent[:1])}"
        )
        raise InvariantError(message)
    return seconds


def _cycle(settings: Settings, change: Change) -> Flow[[datetime], tuple[int, CycleReport]]:
    """The trading cycle; gives the number of its symbols and its report."""

    @flow(name="bench-cycle", task_runner=trading_cycle.task_runner)
    def bench_cycle(slot: datetime) -> tuple[int, CycleReport]:
        # The market stands still. A real desk has a clock of its own and need not ask either.
        charts = len(settings.symbols)
        with open_resources(settings, role="bench", clock=lambda: slot, charts=charts) as opened:
            resources = change(opened)
            report = run_cycle(resources, slot)
        publish_cycle(report)
        return len(resources.desk.symbols), report

    return bench_cycle


def _few_symbols(size: int, analyst: Analyst) -> Change:
    """The first `size` symbols, and another analyst."""

    def change(resources: Resources) -> Resources:
        desk = replace(resources.desk, symbols=resources.desk.symbols[:size])
        return replace(resources, desk=desk, analyst=analyst)

    return change


def analyst_after(seconds: float) -> Analyst:
    """Says FLAT after so long, so that every cycle finds the same symbols free."""

    def think(_snapshot: MarketSnapshot, _chart: ChartImage) -> Analysis | Abstention:
        time.sleep(seconds)
        return _FLAT

    return think
