from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.demo.timetable import MarketHour, Timetable, first_slot, timetable
from cli.stack.control import MarketStatus
from trading.errors import MisconfiguredError

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def market(*, starts: datetime = NEW_YEAR, ends: datetime | None = None) -> MarketStatus:
    return MarketStatus(starts, ("BTCUSDT", "ETHUSDT"), starts, ends)


@pytest.mark.parametrize(
    ("starts", "history", "expected"),
    [
        (NEW_YEAR, timedelta(0), NEW_YEAR),
        (NEW_YEAR, 250 * HOUR, datetime(2026, 1, 11, 10, tzinfo=UTC)),
        (NEW_YEAR + timedelta(minutes=1), 2 * HOUR, NEW_YEAR + 3 * HOUR),
        (NEW_YEAR + timedelta(milliseconds=1), timedelta(0), NEW_YEAR + HOUR),
    ],
)
def test_the_first_slot_is_the_first_whole_hour_with_enough_history(
    starts: datetime, history: timedelta, expected: datetime
) -> None:
    assert first_slot(market(starts=starts), history=history) == expected


def test_syncs_are_spread_evenly_between_the_slots() -> None:
    times = timetable(market(), history=timedelta(0), cycles=2, syncs_per_hour=2)

    minutes = timedelta(minutes=1)
    assert list(times.hours()) == [
        MarketHour(NEW_YEAR, (NEW_YEAR + 20 * minutes, NEW_YEAR + 40 * minutes)),
        MarketHour(NEW_YEAR + HOUR, (NEW_YEAR + 80 * minutes, NEW_YEAR + 100 * minutes)),
    ]
    assert times.end == NEW_YEAR + 2 * HOUR


def test_without_syncs_there_are_only_cycles() -> None:
    times = timetable(market(), history=timedelta(0), cycles=3, syncs_per_hour=0)

    assert [hour.syncs for hour in times.hours()] == [(), (), ()]


def test_nothing_takes_place_after_the_end_of_the_data() -> None:
    ends = NEW_YEAR + 2 * HOUR + timedelta(minutes=30)

    times = timetable(market(ends=ends), history=timedelta(0), cycles=3, syncs_per_hour=2)

    *_, last = times.hours()
    assert last == MarketHour(NEW_YEAR + 2 * HOUR, (NEW_YEAR + 2 * HOUR + timedelta(minutes=20),))
    assert times.end == ends


@pytest.mark.parametrize(
    ("ends", "possible"),
    [
        (NEW_YEAR - HOUR, 0),
        (NEW_YEAR - timedelta(milliseconds=1), 0),
        (NEW_YEAR, 1),
        (NEW_YEAR + HOUR - timedelta(milliseconds=1), 1),
        (NEW_YEAR + HOUR, 2),
    ],
)
def test_as_many_cycles_as_the_data_allows_are_accepted_and_no_more(
    ends: datetime, possible: int
) -> None:
    status = market(starts=NEW_YEAR - 10 * HOUR, ends=ends)

    def plan(cycles: int) -> Timetable:
        return timetable(status, history=10 * HOUR, cycles=cycles, syncs_per_hour=1)

    if possible:
        assert plan(possible).cycles == possible
    with pytest.raises(MisconfiguredError, match=rf"allows {possible}:"):
        plan(possible + 1)


def test_the_refusal_says_what_to_choose() -> None:
    status = market(ends=NEW_YEAR + 5 * HOUR)

    with pytest.raises(MisconfiguredError) as caught:
        timetable(status, history=timedelta(0), cycles=72, syncs_per_hour=2)

    assert str(caught.value) == (
        "--cycles is 72, but the data of BTCUSDT, ETHUSDT from 2026-01-01 00:00 to "
        "2026-01-01 05:00 UTC allows 6: the first cycle with enough history is at "
        "2026-01-01 00:00; choose --cycles 6 or fewer, or longer data"
    )


@given(cycles=st.integers(1, 50), syncs=st.integers(0, 29), minutes=st.integers(0, 6000))
def test_market_time_only_ever_moves_forward(cycles: int, syncs: int, minutes: int) -> None:
    status = market(ends=NEW_YEAR + cycles * HOUR + timedelta(minutes=minutes))

    times = timetable(status, history=timedelta(0), cycles=cycles, syncs_per_hour=syncs)

    moments = [moment for hour in times.hours() for moment in (hour.slot, *hour.syncs)]
    assert moments == sorted(set(moments))
    assert moments[-1] < times.end
