"""Results by day, week and month: whole periods in UTC, empty ones among them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trading.period_results import Period, Result, last_starts, midnight, results_by

FIRST, LAST = (datetime(year, 1, 1, tzinfo=UTC).replace(tzinfo=None) for year in (2020, 2030))
THURSDAY = datetime(2026, 1, 1, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("period", "starts"),
    [
        (Period.DAY, (date(2025, 12, 30), date(2025, 12, 31), date(2026, 1, 1))),
        (Period.WEEK, (date(2025, 12, 15), date(2025, 12, 22), date(2025, 12, 29))),
        (Period.MONTH, (date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1))),
    ],
)
def test_the_last_periods_end_with_the_current_one(
    period: Period, starts: tuple[date, ...]
) -> None:
    assert last_starts(period, THURSDAY, 3) == starts


def test_trades_are_added_to_the_period_they_closed_in() -> None:
    starts = last_starts(Period.DAY, THURSDAY, 2)
    closed = [
        (midnight(date(2025, 12, 31)), Decimal(10)),
        (midnight(date(2026, 1, 1)) - timedelta(microseconds=1), Decimal(-4)),
        (THURSDAY - timedelta(days=9), Decimal(1000)),
    ]
    assert results_by(Period.DAY, closed, starts) == (
        Result(date(2025, 12, 31), trades=2, won=1, pnl_usdt=Decimal(6)),
        Result(date(2026, 1, 1)),
    )


@given(
    st.sampled_from(Period),
    st.datetimes(FIRST, LAST, timezones=st.just(UTC)),
)
def test_periods_follow_one_another_without_a_gap(period: Period, moment: datetime) -> None:
    start = period.start_of(moment)
    assert midnight(start) <= moment
    assert period.start_of(midnight(start)) == start
    assert period.start_of(midnight(start) - timedelta(microseconds=1)) == period.before(start)
