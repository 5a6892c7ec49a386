"""The desk's time, for commands that need nothing else of the exchange."""

from collections.abc import Iterator
from contextlib import contextmanager

from cli.desk import exchange_gateway
from config.desk import Clock as ClockName
from config.settings import Settings
from tasks.clock import Clock, wall_time


@contextmanager
def desk_clock(settings: Settings) -> Iterator[Clock]:
    """The clock on the wall; while a market is replayed, that of the exchange."""
    if settings.clock is not ClockName.EXCHANGE:
        yield wall_time
        return
    with exchange_gateway(settings) as gateway:
        yield gateway.server_time
