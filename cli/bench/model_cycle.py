"""A trading cycle whose analyst is a model behind a server, and the same cycle from memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cli.bench.cycle import ALLOWED_OVER_THINKING, time_cycle
from cli.bench.measures import median
from cli.bench.plan import Plan
from cli.demo.options import DemoOptions
from cli.demo.stage import Stage, open_stage
from cli.stack.orchestration import runs_reported_to
from config.desk import Analyst
from config.logging import configure_logging
from config.settings import Settings
from db.engine import open_engine
from db.keys import AccountKey
from db.queries.llm import spending
from db.unit_of_work import read_session, session_factory
from trading.confidence import Gate
from trading.errors import InvariantError

_ANOTHER = "again"
"""An account of its own for the second run: a slot runs once per account, answers serve all."""


@dataclass(frozen=True, slots=True)
class ModelCycleFigures:
    """Seconds, medians. The goal is the model's time and a quarter more, everything included.

    The last cycle asked `calls` times; once more it takes `known_s` and asks `known_calls` times:
    it is answered from memory.
    """

    symbols: int
    runs: int
    analyst_s: float
    total_s: float
    goal_s: float
    meets_goal: bool
    all_total_s: list[float]
    calls: int
    known_s: float
    known_calls: int


def measure_model_cycle(plan: Plan, folder: Path) -> ModelCycleFigures:
    """Time cycles over all symbols on a stage of their own in `folder`."""
    with _open_stage(plan, folder) as stage:
        settings = stage.settings.model_copy(update={"gate": Gate.SHADOW})
        # The first cycle imports, connects and compiles statements; it is not typical.
        first, *slots = (hour.slot for hour in stage.timetable.hours())
        time_cycle(stage, settings, first)
        totals = [time_cycle(stage, settings, slot) for slot in slots]
        again = settings.model_copy(update={"account": _ANOTHER})
        known = time_cycle(stage, again, slots[-1])
        calls = [_calls(one, slots[-1]) for one in (settings, again)]
    return figures(plan, totals=totals, known=known, calls=calls)


def figures(
    plan: Plan, *, totals: list[float], known: float, calls: list[int]
) -> ModelCycleFigures:
    """What the measured seconds say; `calls` are those of the last cycle and of its repetition.

    Raises:
        InvariantError: the repetition cost a call, or the cycle before it none.
    """
    asked, asked_again = calls
    if asked < len(plan.symbols) or asked_again:
        message = (
            f"a cycle over {len(plan.symbols)} symbols asked the model {asked} times and once "
            f"more {asked_again} times; it is to ask about each once, then never"
        )
        raise InvariantError(message)
    total, goal = median(totals), plan.model_thinks_s * (1 + ALLOWED_OVER_THINKING)
    return ModelCycleFigures(
        symbols=len(plan.symbols),
        runs=len(totals),
        analyst_s=plan.model_thinks_s,
        total_s=round(total, 3),
        goal_s=round(goal, 3),
        meets_goal=total <= goal,
        all_total_s=[round(seconds, 3) for seconds in totals],
        calls=asked,
        known_s=round(known, 3),
        known_calls=asked_again,
    )


@contextmanager
def _open_stage(plan: Plan, folder: Path) -> Iterator[Stage]:
    options = DemoOptions(
        cycles=1 + plan.model_runs,
        symbols=plan.symbols,
        analyst=Analyst.OPENAI,
        thinks=timedelta(seconds=plan.model_thinks_s),
    )
    with open_stage(options, folder) as stage, runs_reported_to(stage.prefect):
        configure_logging(stage.settings)
        yield stage


def _calls(settings: Settings, slot: datetime) -> int:
    """How often the model was asked in a slot for the account of the settings."""
    key = AccountKey(settings.environment, settings.account)
    with (
        open_engine(settings.database_url.get_secret_value()) as engine,
        read_session(session_factory(engine)) as session,
    ):
        lines = spending(session, key, since=slot, until=slot + timedelta(hours=1))
        return sum(line.calls for line in lines)
