"""A demo from the first process to the last figure."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from sqlalchemy.orm import Session, sessionmaker

from cli.demo.figures import DemoFigures, Pace, figures
from cli.demo.memory import PeakMemory
from cli.demo.options import DemoOptions
from cli.demo.performance import Watch, perform
from cli.demo.progress import hour_bar
from cli.demo.results import Results, database_of, read_results, read_standing
from cli.demo.stage import Stage, open_stage
from cli.demo.timetable import MarketHour, Timetable
from cli.stack.database import FOLDER
from config.logging import configure_logging
from db.embedded import EmbeddedPostgres


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that is over: its figures, its rows, and what it was about."""

    figures: DemoFigures
    results: Results
    timetable: Timetable
    symbols: tuple[str, ...]
    skipped: list[str]


def run_demo(
    options: DemoOptions, folder: Path, console: Console, clock: Callable[[], float]
) -> Demo:
    """Start the stage, play all hours, audit; every process is stopped when this returns.

    `console` shows progress; `clock` gives seconds of this machine's time.
    """
    began = clock()
    with ExitStack() as opened:
        with console.status("Starting PostgreSQL, the simulated Bybit and Prefect …"):
            stage = opened.enter_context(open_stage(options, folder))
            sessions = opened.enter_context(database_of(stage.settings))
        configure_logging(stage.settings)
        console.print(_opening_words(stage), soft_wrap=True, highlight=False)
        memory, curtain_up = _memory_of(stage), clock()
        with _watching(console, stage, sessions, memory) as watch:
            skipped = perform(stage, watch)
        trading = clock() - curtain_up
        results = read_results(sessions, stage)
    pace = Pace(total_s=clock() - began, trading_s=trading)
    return Demo(
        figures=figures(results, pace=pace, peak_memory_mb=memory.in_mib()),
        results=results,
        timetable=stage.timetable,
        symbols=stage.settings.symbols,
        skipped=skipped,
    )


def _opening_words(stage: Stage) -> str:
    times = stage.timetable
    return (
        f"{times.cycles} cycles from {times.first:%Y-%m-%d %H:%M} to {times.end:%Y-%m-%d %H:%M} "
        f"UTC on {', '.join(stage.settings.symbols)}; data in {stage.folder}"
    )


@contextmanager
def _watching(
    console: Console, stage: Stage, sessions: sessionmaker[Session], memory: PeakMemory
) -> Iterator[Watch]:
    with hour_bar(console, stage.timetable) as bar:

        def watch(hour: MarketHour) -> None:
            memory.sample()
            bar.show(hour, read_standing(sessions, stage.settings))

        yield watch


def _memory_of(stage: Stage) -> PeakMemory:
    database = EmbeddedPostgres(stage.folder / FOLDER)
    return PeakMemory(
        {
            "exchange": stage.simulator.child.process_id,
            "prefect": stage.prefect.child.process_id,
            "postgres": database.process_id,
        }
    )
