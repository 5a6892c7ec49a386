"""The offset of two clocks is read at the middle of the round trip."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from adapters.bybit.clock import ClockOffset, measure_offset

START = datetime(2026, 1, 1, tzinfo=UTC)


def clock(*seconds: float) -> Callable[[], datetime]:
    readings = iter([START + timedelta(seconds=second) for second in seconds])
    return lambda: next(readings)


def test_the_quickest_round_trip_counts_and_is_read_at_its_middle() -> None:
    local = clock(0, 2, 10, 10.4, 20, 21)
    server = clock(99, 12.2, 99)

    assert measure_offset(server, local) == ClockOffset(
        offset=timedelta(seconds=2), round_trip=timedelta(seconds=0.4)
    )


def test_an_exchange_behind_us_has_an_offset_below_zero() -> None:
    local = clock(10, 10, 10, 10, 10, 10)
    server = clock(8, 8, 8)

    assert measure_offset(server, local).offset == timedelta(seconds=-2)
