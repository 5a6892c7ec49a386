"""The monitor beside the desk, as the stack runs it: pushes become rows, lost stops come back."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from adapters.bybit.stream import open_private, open_public, silence_libraries
from config.settings import Settings
from db.engine import EngineOptions, create_engine
from tasks.clock import Clock
from tasks.monitor.serving import Monitor, Phase, Plan
from tasks.monitor.sockets import Sockets
from tasks.monitor.tally import Tally
from tasks.resources import Resources, desk_of, exchange_access, open_resources
from trading.errors import AutotraderError

_CONNECTS_WITHIN_SECONDS = 20.0
_CHECK_EVERY = timedelta(seconds=1)


class MonitorLostError(AutotraderError):
    """The monitor did not start, or ended by itself."""


@contextmanager
def watched(settings: Settings, clock: Clock) -> Iterator[Tally]:
    """A monitor serves the account while the block runs.

    Raises:
        MonitorLostError: it did not connect, or it was not there any more at the end.
    """
    silence_libraries()
    engine = create_engine(
        settings.database_url.get_secret_value(), EngineOptions(application_name="monitor")
    )
    tally, stop, connected = Tally(), threading.Event(), threading.Event()

    @contextmanager
    def resources() -> Iterator[Resources]:
        with open_resources(settings, role="monitor") as opened:
            yield replace(opened, now=clock)

    def tell(phase: Phase, _detail: str) -> None:
        if phase is Phase.ACTIVE:
            connected.set()

    access = exchange_access(settings)
    plan = Plan(
        engine=engine,
        account=desk_of(settings).account,
        open_resources=resources,
        sockets=Sockets(
            private=lambda deliver: open_private(access, deliver),
            public=lambda deliver: open_public(access, settings.symbols, deliver),
        ),
        check_every=_CHECK_EVERY,
    )
    thread = threading.Thread(target=Monitor(plan, tally, tell).serve, args=(stop,))
    thread.start()
    try:
        if not connected.wait(_CONNECTS_WITHIN_SECONDS):
            message = f"the monitor did not connect within {_CONNECTS_WITHIN_SECONDS} s"
            raise MonitorLostError(message)
        yield tally
        if not thread.is_alive():
            message = "the monitor ended by itself"
            raise MonitorLostError(message)
    finally:
        stop.set()
        thread.join()
        engine.dispose()
