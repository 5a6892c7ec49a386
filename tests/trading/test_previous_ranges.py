"""Yesterday and last week in UTC: known whole or not at all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.trading import builders
from trading.candles import Interval
from trading.previous_ranges import PreviousRange, previous_day, previous_week
from trading.snapshot import MarketSnapshot

# A Wednesday at noon: Monday is 60 hours old.
BARS = 7 * 24 + 60
LONG = replace(builders.snapshot(), candles=builders.candles(BARS))
MONDAY = datetime(2024, 1, 8, tzinfo=UTC)


def test_last_week_is_monday_to_sunday() -> None:
    week = LONG.candles[: 7 * 24]

    assert (week[0].opened_at, week[-1].opened_at) == (
        MONDAY - timedelta(days=7),
        MONDAY - timedelta(hours=1),
    )
    assert previous_week(LONG) == PreviousRange(
        max(candle.high for candle in week), min(candle.low for candle in week), week[-1].close
    )


@pytest.mark.parametrize("missing", [1, 100, BARS - 120])
def test_a_week_that_is_not_covered_whole_is_not_known(missing: int) -> None:
    short = replace(LONG, candles=LONG.candles[missing:])

    assert previous_week(short) is None
    assert previous_day(short) == previous_day(LONG)


def of_days(last: datetime, days: int = 20) -> MarketSnapshot:
    """Daily candles up to the one that closes at `last`; each closes at its day of the month."""
    opened = [last - age * timedelta(days=1) for age in range(days, 0, -1)]
    candles = tuple(builders.candle(day, Decimal(1_000 + day.day)) for day in opened)
    return replace(LONG, interval=Interval.D1, as_of=last, candles=candles)


@pytest.mark.parametrize(
    ("as_of", "last_of_week"),
    [
        (MONDAY - timedelta(days=1), datetime(2023, 12, 31, tzinfo=UTC)),
        (MONDAY, MONDAY - timedelta(days=1)),
        (MONDAY + timedelta(days=1), MONDAY - timedelta(days=1)),
    ],
    ids=["of a Sunday", "of a Monday", "of a Tuesday"],
)
def test_a_week_begins_on_monday(as_of: datetime, last_of_week: datetime) -> None:
    week, day = previous_week(of_days(as_of)), previous_day(of_days(as_of))

    assert week is not None
    assert week.close == 1_000 + last_of_week.day
    assert day is not None
    assert day.close == 1_000 + (as_of - timedelta(days=1)).day
