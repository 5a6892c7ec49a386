"""Bigger candles are made of whole, complete groups of smaller ones on the UTC grid."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trading.candles import Candle, Interval
from trading.errors import BadDataError, CandleGapError, InvariantError
from trading.resampling import bigger, resample

MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)


def minutes(closes: list[int], *, first: datetime = MIDNIGHT) -> tuple[Candle, ...]:
    """One-minute candles that open at the close before and reach 2 above and 1 below."""
    opens = [closes[0], *closes[:-1]]
    return tuple(
        Candle(
            opened_at=first + n * Interval.M1.length,
            open=Decimal(opened),
            high=Decimal(max(opened, closed) + 2),
            low=Decimal(min(opened, closed) - 1),
            close=Decimal(closed),
            volume=Decimal(n + 1),
        )
        for n, (opened, closed) in enumerate(zip(opens, closes, strict=True))
    )


def test_a_bar_opens_with_its_first_candle_and_closes_with_its_last() -> None:
    made = resample(minutes([10, 14, 9, 11, 12]), Interval.M1, Interval.M5)

    assert made == (
        Candle(
            opened_at=MIDNIGHT,
            open=Decimal(10),
            high=Decimal(16),
            low=Decimal(8),
            close=Decimal(12),
            volume=Decimal(15),
        ),
    )


@pytest.mark.parametrize(
    ("starts_at", "count", "opened"),
    [
        (0, 4, []),
        (0, 5, [0]),
        (0, 9, [0]),
        (0, 10, [0, 5]),
        (1, 8, []),
        (1, 9, [5]),
        (4, 6, [5]),
        (4, 1, []),
        (0, 0, []),
    ],
)
def test_only_whole_bars_of_the_utc_grid_are_made(
    starts_at: int, count: int, opened: list[int]
) -> None:
    first = MIDNIGHT + timedelta(minutes=starts_at)
    candles = minutes([100] * count, first=first) if count else ()

    made = resample(candles, Interval.M1, Interval.M5)

    assert [bar.opened_at for bar in made] == [MIDNIGHT + timedelta(minutes=m) for m in opened]


walks = st.lists(st.integers(min_value=50, max_value=200), min_size=1, max_size=70)
starts = st.integers(min_value=0, max_value=59)


@given(closes=walks, start=starts)
def test_a_bar_is_the_range_and_volume_of_its_candles_and_nothing_else(
    closes: list[int], start: int
) -> None:
    candles = minutes(closes, first=MIDNIGHT + timedelta(minutes=start))

    for bar in resample(candles, Interval.M1, Interval.M5):
        end = bar.opened_at + Interval.M5.length
        inside = [one for one in candles if bar.opened_at <= one.opened_at < end]
        assert len(inside) == 5
        assert (bar.open, bar.close) == (inside[0].open, inside[-1].close)
        assert bar.high == max(one.high for one in inside)
        assert bar.low == min(one.low for one in inside)
        assert bar.volume == sum(one.volume for one in inside)
        assert bar.opened_at == Interval.M5.floor(bar.opened_at)


@given(closes=walks, start=starts)
def test_two_small_steps_make_the_same_bars_as_a_big_one_where_both_are_whole(
    closes: list[int], start: int
) -> None:
    candles = minutes(closes, first=MIDNIGHT + timedelta(minutes=start))

    fives = resample(candles, Interval.M1, Interval.M5)

    assert resample(fives, Interval.M5, Interval.M15) == resample(
        candles, Interval.M1, Interval.M15
    )


def test_days_begin_at_midnight_utc() -> None:
    six_hours_later = MIDNIGHT + timedelta(hours=20)
    hours = tuple(
        replace(one, opened_at=six_hours_later + n * Interval.H4.length)
        for n, one in enumerate(minutes([100] * 8))
    )

    (day,) = resample(hours, Interval.H4, Interval.D1)

    assert day.opened_at == MIDNIGHT + timedelta(days=1)


def test_a_gap_or_a_double_is_refused_instead_of_bridged() -> None:
    candles = minutes([10, 11, 12, 13, 14, 15])

    for broken in (candles[:2] + candles[3:], candles[:2] + candles[1:], candles[::-1]):
        with pytest.raises(CandleGapError, match="must follow the one before without a gap"):
            resample(broken, Interval.M1, Interval.M5)


def test_candles_off_their_grid_are_refused() -> None:
    late = minutes([10, 11], first=MIDNIGHT + timedelta(seconds=30))

    with pytest.raises(BadDataError, match="off its grid in UTC; expected 2026-03-01T00:00:00"):
        resample(late, Interval.M1, Interval.M5)


@pytest.mark.parametrize(
    ("interval", "into"),
    [(Interval.M5, Interval.M5), (Interval.H1, Interval.M15), (Interval.D1, Interval.M1)],
)
def test_a_bar_that_is_not_a_multiple_of_the_candle_is_refused(
    interval: Interval, into: Interval
) -> None:
    with pytest.raises(InvariantError, match=f"{interval} candles cannot be made into {into}"):
        resample((), interval, into)


def test_every_timeframe_but_the_longest_has_a_bigger_one_of_three_to_six_times() -> None:
    ratios = {one: into.length / one.length for one in Interval if (into := bigger(one))}

    assert set(Interval) - set(ratios) == {Interval.D1}
    assert all(3 <= ratio <= 6 for ratio in ratios.values())
