"""What time it is: this machine's clock set right by the exchange, or a replayed market's own."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Gives the present moment, UTC. Steps receive one and pass moments to the rules."""


def system_clock(offset: timedelta = timedelta(0)) -> Clock:
    """This machine's time plus `offset`, the exchange's lead measured at the start of a run."""
    return lambda: datetime.now(UTC) + offset


def wall_time() -> datetime:
    """This machine's time as it is. Leases run in it, also while a market is replayed."""
    return datetime.now(UTC)
