"""What the words of an option mean."""

from datetime import UTC, datetime, timedelta

import pytest

from cli.data.fetching import Order
from cli.data.options import moment_of, optional_moment, symbols_of
from trading.candles import Interval
from trading.errors import MisconfiguredError

HOUR = timedelta(hours=1)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("2026-01-01", NOON - 12 * HOUR),
        ("2026-01-01T12:00", NOON),
        ("2026-01-01T12:00:00Z", NOON),
        ("2026-01-01 14:00+02:00", NOON),
    ],
)
def test_a_moment_without_a_zone_is_utc(words: str, moment: datetime) -> None:
    assert moment_of(words, "--from") == moment
    assert moment_of(words, "--from").tzinfo is UTC
    assert optional_moment(words, "--from") == moment


def test_words_that_are_no_moment_are_refused() -> None:
    assert optional_moment(None, "--to") is None
    with pytest.raises(MisconfiguredError, match=r"--to '1.1.2026' is no date; write it like"):
        moment_of("1.1.2026", "--to")


def test_symbols_are_upper_case_and_named_once() -> None:
    assert symbols_of("btcusdt, ETHUSDT,BTCUSDT", ()) == ("BTCUSDT", "ETHUSDT")
    assert symbols_of(None, ("SOLUSDT",)) == ("SOLUSDT",)


@pytest.mark.parametrize("words", ["", "BTCUSDT,,ETHUSDT", "BTC/USDT", "BTC USDT"])
def test_words_that_are_no_symbols_are_refused(words: str) -> None:
    with pytest.raises(MisconfiguredError, match="is no symbol"):
        symbols_of(words, ())


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
