"""`monitor`: what the exchange pushes becomes rows, as it happens."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from threading import Event
from typing import Annotated

import typer

from adapters.bybit.stream import open_private, open_public, silence_libraries
from cli.database import desk_in_force
from cli.options import AsJson
from cli.output import print_json, print_table, say, warn
from cli.stack.interruption import ended_by_signals
from config.settings import Settings
from db.engine import EngineOptions, create_engine
from db.migrate import require_current
from tasks.monitor.serving import Monitor, Phase, Plan
from tasks.monitor.sockets import Sockets
from tasks.monitor.tally import Seen, Tally
from tasks.resources import desk_of, exchange_access, open_resources

ROLE = "monitor"

Tell = Callable[[Phase, str], None]

OnceConnectedFor = Annotated[
    float | None,
    typer.Option(min=0, help="End so many seconds after both streams stood; 0 ends at once."),
]


@dataclass(frozen=True, slots=True)
class MonitorAnswer:
    """How a monitor ended, and what it counted."""

    environment: str
    account: str
    counts: Mapping[Seen, int]


def monitor(*, once_connected_for: OnceConnectedFor = None, as_json: AsJson = False) -> None:
    """Record orders, fills, positions and prices the moment the exchange tells of them.

    Runs until Ctrl-C. One monitor of an account is active; another one stands by and takes over
    when it ends, however it ends. Streams that fail are opened again, and what they missed is
    read by a sync. Every change is announced to the database's listeners (`autotrader_events`).

    Examples:
    - `autotrader monitor`
    - `autotrader monitor --once-connected-for 10 --json`
    """
    tally = Tally()

    def tell(phase: Phase, detail: str) -> None:
        (warn if as_json else say)(f"monitor {phase}: {detail}")

    at_most = None if once_connected_for is None else timedelta(seconds=once_connected_for)
    silence_libraries()
    with desk_in_force() as settings, ended_by_signals(), suppress(KeyboardInterrupt):
        _serve(settings, tally, tell, at_most)
    _show(MonitorAnswer(settings.environment, settings.account, tally.counts()), as_json=as_json)


def _serve(settings: Settings, tally: Tally, tell: Tell, at_most: timedelta | None) -> None:
    url = settings.database_url.get_secret_value()
    engine = create_engine(url, EngineOptions(application_name=ROLE))
    stop = Event()
    try:
        require_current(engine)
        plan = Plan(
            engine=engine,
            account=desk_of(settings).account,
            open_resources=partial(open_resources, settings, role=ROLE),
            sockets=_sockets(settings),
            at_most=at_most,
        )
        Monitor(plan, tally, tell).serve(stop)
    finally:
        stop.set()
        engine.dispose()


def _sockets(settings: Settings) -> Sockets:
    access = exchange_access(settings)
    return Sockets(
        private=lambda deliver: open_private(access, deliver),
        public=lambda deliver: open_public(access, settings.symbols, deliver),
    )


def _show(answer: MonitorAnswer, *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
        return
    rows = ((name.replace("_", " "), count) for name, count in answer.counts.items())
    print_table("Seen and done", ("what", "count"), rows)
