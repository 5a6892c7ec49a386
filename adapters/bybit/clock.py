"""How far the exchange's clock is from ours (bybit_v5.md §6 F1)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

SAMPLES = 3


@dataclass(frozen=True, slots=True)
class ClockOffset:
    """The exchange's time minus ours; above zero when we are behind.

    The truth lies within half the round trip of it. The exchange refuses requests stamped one
    second ahead of its clock whatever the receive window.
    """

    offset: timedelta
    round_trip: timedelta


def measure_offset(
    server_time: Callable[[], datetime], local_time: Callable[[], datetime]
) -> ClockOffset:
    """The offset of the quickest of three round trips, taken at its midpoint."""
    measured = [_measure_once(server_time, local_time) for _ in range(SAMPLES)]
    return min(measured, key=lambda sample: sample.round_trip)


def _measure_once(
    server_time: Callable[[], datetime], local_time: Callable[[], datetime]
) -> ClockOffset:
    sent = local_time()
    server = server_time()
    round_trip = local_time() - sent
    return ClockOffset(offset=server - (sent + round_trip / 2), round_trip=round_trip)
