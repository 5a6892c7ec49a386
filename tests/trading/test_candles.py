from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading import builders
from tests.trading.builders import NOW
from trading.candles import Candle, Interval, require_complete
from trading.errors import BadDataError, InvariantError


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        (Interval.M1, datetime(2024, 1, 10, 13, 47, tzinfo=UTC)),
        (Interval.M15, datetime(2024, 1, 10, 13, 45, tzinfo=UTC)),
        (Interval.H1, datetime(2024, 1, 10, 13, tzinfo=UTC)),
        (Interval.H4, datetime(2024, 1, 10, 12, tzinfo=UTC)),
        (Interval.D1, datetime(2024, 1, 10, tzinfo=UTC)),
    ],
)
def test_a_moment_falls_into_the_candle_that_opened_last(
    interval: Interval, expected: datetime
) -> None:
    assert interval.floor(datetime(2024, 1, 10, 13, 47, 59, 999_999, tzinfo=UTC)) == expected


@given(
    moment=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis adds the zone
    interval=st.sampled_from(Interval),
)
def test_a_moment_lies_within_its_candle(moment: datetime, interval: Interval) -> None:
    opened = interval.floor(moment)
    assert opened <= moment < opened + interval.length
    assert interval.floor(opened) == opened


@pytest.mark.parametrize(
    "changes",
    [
        {"low": Decimal(101)},
        {"high": Decimal(99)},
        {"open": Decimal(-1)},
        {"high": Decimal("NaN")},
        {"volume": Decimal(-1)},
    ],
)
def test_impossible_candles_cannot_be_built(changes: dict[str, Any]) -> None:
    with pytest.raises(InvariantError):
        builders.candle(NOW, Decimal(100), **changes)


def _check(candles: tuple[Candle, ...], now: datetime = NOW) -> None:
    require_complete("BTCUSDT", candles, interval=Interval.H1, count=10, now=now)


def test_complete_candles_pass() -> None:
    _check(builders.candles(10))


CANDLES = builders.candles(12)


@pytest.mark.parametrize(
    ("candles", "message"),
    [
        (CANDLES[-9:], "9 closed 1h candles, 10 are needed"),
        (CANDLES[:5] + CANDLES[6:], "without a gap"),
        (CANDLES[:6] + CANDLES[5:], "without a gap"),
        (CANDLES[::-1], "without a gap"),
        (CANDLES[:-1], "last closed 1h candle"),
    ],
    ids=["too few", "gap", "duplicate", "wrong order", "stale"],
)
def test_faulty_candles_are_refused(candles: tuple[Candle, ...], message: str) -> None:
    with pytest.raises(BadDataError, match=message):
        _check(candles)


def test_the_unfinished_bar_is_refused() -> None:
    with pytest.raises(BadDataError, match="last closed 1h candle"):
        _check(CANDLES, now=NOW - timedelta(hours=1))
