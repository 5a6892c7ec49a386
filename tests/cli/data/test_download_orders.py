"""Which candles an order to download wishes for."""

from datetime import UTC, datetime, timedelta

import pytest

from cli.data.orders import Order
from trading.candles import Interval
from trading.errors import MisconfiguredError

HOUR = timedelta(hours=1)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def order(since: datetime, until: datetime | None = None, *, with_mark: bool = False) -> Order:
    return Order(("BTCUSDT",), Interval.H1, since, until, with_funding=True, with_mark=with_mark)


def test_the_candle_that_is_not_closed_is_not_wished_for() -> None:
    (wish,) = order(NOON - 5 * HOUR).wishes(NOON + HOUR / 2)
    assert (wish.since, wish.until, wish.count) == (NOON - 5 * HOUR, NOON, 5)
    (wish,) = order(NOON - 5 * HOUR, NOON + 9 * HOUR).wishes(NOON)
    assert wish.until == NOON


def test_a_wish_begins_with_the_first_whole_candle() -> None:
    (wish,) = order(NOON - HOUR / 2, NOON + HOUR / 2).wishes(NOON + 9 * HOUR)
    assert wish.since == NOON
    assert wish.until == NOON + HOUR  # the candle that opens at noon opens before half past
    assert len(order(NOON - HOUR, with_mark=True).wishes(NOON)) == 2


def test_a_time_that_has_not_come_cannot_be_wished_for() -> None:
    with pytest.raises(MisconfiguredError, match="or wait until it has closed"):
        order(NOON).wishes(NOON + HOUR / 2)
