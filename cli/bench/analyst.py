"""What one look at one symbol costs beside the thinking: market, picture, question, answer."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from cli.bench.measures import median
from cli.bench.plan import Plan
from cli.demo.options import DemoOptions
from cli.demo.stage import Stage, open_stage
from config.desk import Analyst
from config.settings import Settings
from tasks.charts import chart_input
from tasks.market import look_at_market
from tasks.resources import Resources, open_resources
from tasks.sync import synchronise
from trading.cache_keys import CacheMode
from trading.errors import InvariantError
from trading.snapshot import MarketSnapshot

GOAL_MS = 400.0

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class AnalystFigures:
    """Milliseconds of one symbol, medians over `rounds`.

    `look_ms` fetches and checks the market, `draw_ms` draws the picture, `ask_ms` fills the
    prompt, reserves money, asks a stand-in that answers at once, stores, reads and grounds its
    answer; `known_ms` is the same question again, answered from memory. `total_ms` is the first
    three together: everything but the thinking.
    """

    rounds: int
    look_ms: float
    draw_ms: float
    ask_ms: float
    known_ms: float
    total_ms: float
    goal_ms: float
    meets_goal: bool


def measure_analyst(plan: Plan, folder: Path) -> AnalystFigures:
    """Ask about the same market again and again, on a stage of its own in `folder`."""
    options = DemoOptions(cycles=2, symbols=plan.symbols[:1], analyst=Analyst.OPENAI)
    with open_stage(options, folder) as stage:
        (first, *_) = stage.timetable.hours()
        stage.simulator.control.advance_to(first.slot)
        asking = _with_cache(stage.settings, CacheMode.REFRESH)
        with open_resources(asking, role="bench") as resources:
            synchronise(resources)
            fresh = [_one_look(resources) for _ in range(plan.looks + 1)][1:]
        known = _known(stage, plan.looks)
    return figures([(look, draw, ask) for look, draw, ask in fresh], known)


def figures(fresh: list[tuple[float, float, float]], known: list[float]) -> AnalystFigures:
    """What the measured seconds say."""
    look, draw, ask = (median([one[part] for one in fresh]) * 1000 for part in range(3))
    total = look + draw + ask
    return AnalystFigures(
        rounds=len(fresh),
        look_ms=round(look, 1),
        draw_ms=round(draw, 1),
        ask_ms=round(ask, 1),
        known_ms=round(median(known) * 1000, 1),
        total_ms=round(total, 1),
        goal_ms=GOAL_MS,
        meets_goal=total <= GOAL_MS,
    )


def _one_look(resources: Resources) -> tuple[float, float, float]:
    snapshot, look_s = _timed(lambda: _snapshot(resources))
    chart, draw_s = _timed(lambda: resources.render(chart_input(snapshot)))
    _, ask_s = _timed(lambda: resources.analyst(snapshot, chart))
    return look_s, draw_s, ask_s


def _known(stage: Stage, rounds: int) -> list[float]:
    """Seconds of asking what was answered in this bar already."""
    with open_resources(_with_cache(stage.settings, CacheMode.LIVE), role="bench") as resources:
        snapshot = _snapshot(resources)
        chart = resources.render(chart_input(snapshot))
        return [_timed(lambda: resources.analyst(snapshot, chart))[1] for _ in range(rounds)]


def _snapshot(resources: Resources) -> MarketSnapshot:
    (instrument,) = resources.gateway.instruments(resources.desk.symbols)
    found = look_at_market(resources, instrument, None)
    if not isinstance(found, MarketSnapshot):
        message = f"the bench's market is not worth a look: {found}"
        raise InvariantError(message)
    return found


def _with_cache(settings: Settings, cache: CacheMode) -> Settings:
    return settings.model_copy(update={"model_cache": cache})


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    began = time.perf_counter()
    result = work()
    return result, time.perf_counter() - began
