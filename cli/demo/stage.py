"""The stage of a demo: database, exchange and Prefect, all its own, gone when it is over."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from cli.demo.options import DemoOptions
from cli.demo.timetable import Timetable, timetable
from cli.stack.database import open_database
from cli.stack.interruption import deferred, undisturbed
from cli.stack.model_server import MODEL, start_model_server
from cli.stack.orchestration import PrefectServer, start_prefect_server
from cli.stack.ports import free_port
from cli.stack.simulator import Simulator, SimulatorOptions, start_simulator
from config.desk import Analyst, Clock
from config.environments import Environment
from config.places import LogLevel
from config.settings import Settings
from config.sources import PREFIX

_SYNTHETIC_START = datetime(2026, 1, 1, tzinfo=UTC)
"""Fixed, so that a seed gives the same market on every day. The history before it is endless."""


_PRICES = Path(__file__).with_name("stand_in_prices.toml")


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything a demo plays on, ready."""

    settings: Settings
    timetable: Timetable
    simulator: Simulator
    prefect: PrefectServer
    folder: Path


@contextmanager
def demo_folder(*, keep: bool, now: datetime) -> Iterator[Path]:
    """An empty folder: a temporary one, or with `keep` one that stays under `.autotrader`."""
    if keep:
        folder = Path(".autotrader", f"demo-{now:%Y%m%d-%H%M%S}").resolve()
        folder.mkdir(parents=True)
        yield folder
        return
    # Not TemporaryDirectory: a clean-up must not be disturbed by a second Ctrl-C.
    temporary = Path(tempfile.mkdtemp(prefix="autotrader-demo-"))
    try:
        yield temporary
    finally:
        with undisturbed():
            shutil.rmtree(temporary)


@contextmanager
def open_stage(options: DemoOptions, folder: Path) -> Iterator[Stage]:
    """Start everything on free ports of this machine, and stop it in the reverse order.

    No setting of the owner is read: a demo never meets a real key or the desk's own database.

    Raises:
        MisconfiguredError: the market is too short for the cycles, or a symbol is impossible.
        ChildError: a process did not start; the message has its last lines.
    """
    opened = ExitStack()
    try:
        yield _set_up(options, folder, opened)
    finally:
        with undisturbed():
            opened.close()


def _set_up(options: DemoOptions, folder: Path, opened: ExitStack) -> Stage:
    chosen = _chosen(options, folder)
    # Prefect first: it takes longest, and gets ready while the others start.
    prefect = opened.enter_context(
        start_prefect_server(
            folder / "prefect", free_port(), log=folder / "prefect.log", with_ui=False
        )
    )
    simulator = opened.enter_context(
        start_simulator(_market(options, chosen, folder), log=folder / "simulator.log")
    )
    status = simulator.control.status()
    times = timetable(
        status,
        history=_history(options, chosen),
        cycles=options.cycles,
        syncs_per_hour=options.syncs_per_hour,
    )
    # A database server that is interrupted while it starts might be left running.
    with deferred():
        url = opened.enter_context(open_database(chosen))
    prefect.wait_until_ready()
    symbols = options.symbols or status.symbols
    model = _model(options, folder, opened)
    settings = _complete(chosen, simulator, url, {"symbols": symbols} | model)
    return Stage(settings, times, simulator, prefect, folder)


def _chosen(options: DemoOptions, folder: Path) -> Settings:
    given = {
        "ENVIRONMENT": Environment.PAPER,
        "CLOCK": Clock.EXCHANGE,
        "DATA_FOLDER": str(folder),
        "LOG_LEVEL": LogLevel.WARNING,
        "SYMBOLS": "" if options.symbols is None else ",".join(options.symbols),
    }
    # Loaded from this alone, for the sake of its messages: no environment and no file is read.
    return Settings.load(
        {f"{PREFIX}{name}": str(value) for name, value in given.items()}, env_file=None
    )


def _market(options: DemoOptions, chosen: Settings, folder: Path) -> SimulatorOptions:
    return SimulatorOptions(
        data=options.data,
        seed=options.seed,
        symbols=options.symbols if options.data is not None else chosen.symbols,
        start=_SYNTHETIC_START,
        speed="step",
        journal=folder / "exchange.jsonl" if options.keep else None,
        # They count real seconds, of which an hour of this market takes less than one.
        rate_limits=False,
    )


def _history(options: DemoOptions, chosen: Settings) -> timedelta:
    """How long after the start of the market the desk can look back far enough."""
    if options.data is None:
        return timedelta(0)
    return chosen.lookback_candles * chosen.interval.length


def _model(options: DemoOptions, folder: Path, opened: ExitStack) -> dict[str, object]:
    """The settings of a model server that was started for the demo, if it asks one."""
    if options.analyst is Analyst.TECHNICAL:
        return {}
    server = start_model_server(seed=options.seed, log=folder / "model.log", thinks=options.thinks)
    opened.enter_context(server)
    return {
        "analyst": options.analyst,
        "model_base_url": server.base_url,
        "model_api_key": server.api_key,
        "model_name": MODEL,
        "model_price_file": str(_PRICES),
    }


def _complete(
    chosen: Settings, simulator: Simulator, url: str, more: Mapping[str, object]
) -> Settings:
    known = {
        "exchange_base_url": simulator.rest_url,
        "exchange_api_key": simulator.api_key,
        "exchange_api_secret": simulator.api_secret,
        "database_url": SecretStr(url),
        **more,
    }
    return Settings.model_validate({**chosen.model_dump(), **known})
