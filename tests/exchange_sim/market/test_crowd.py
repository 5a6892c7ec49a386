"""What everybody holds: a rule over two prices, never ahead of the market."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange_sim.market.crowd import crowd_of
from exchange_sim.market.feed import Market
from exchange_sim.market.intervals import DAY_MS, HOUR_MS, MINUTE_MS

START = 1_704_067_200_000  # 2024-01-01T00:00:00Z
BTC = "BTCUSDT"
QUIET = 47_600  # forty largest orders

prices = st.floats(1e-6, 1e6)


@pytest.fixture(scope="module")
def market() -> Market:
    return Market.synthetic(3, [BTC, "ETHUSDT"], START)


def test_a_price_of_yesterday_leaves_the_crowd_as_it_was(market: Market) -> None:
    quiet = crowd_of(market.instrument(BTC), START, 100.0, 100.0)

    assert (quiet.open_interest, quiet.long_fraction) == (QUIET, Decimal("0.5"))


@given(now=prices, before=prices)
def test_positions_pile_up_either_way_and_accounts_lean_against_the_price(
    market: Market, now: float, before: float
) -> None:
    found = crowd_of(market.instrument(BTC), START, now, before)

    assert QUIET <= found.open_interest <= QUIET * Decimal("1.25")
    assert Decimal("0.3") <= found.long_fraction <= Decimal("0.7")
    assert (found.long_fraction <= Decimal("0.5")) or now < before


def test_a_day_of_ten_percent_is_seen(market: Market) -> None:
    up, down = (
        crowd_of(market.instrument(BTC), START, 100.0 * times, 100.0) for times in (1.1, 1 / 1.1)
    )

    assert up.open_interest == down.open_interest > QUIET * Decimal("1.1")
    assert up.long_fraction == 1 - down.long_fraction < Decimal("0.4")


def test_the_ticker_tells_what_is_recorded_at_that_moment(market: Market) -> None:
    now = START + 5 * HOUR_MS

    (recorded,) = market.crowd(BTC, [now])

    ticker = market.ticker(BTC, now)
    assert ticker.open_interest == recorded.open_interest != QUIET
    assert ticker.open_interest_value == recorded.open_interest * ticker.mark


def test_the_past_is_told_alike_whenever_it_is_asked(market: Market) -> None:
    moments = market.recorded_moments(BTC, HOUR_MS, None, None, START + DAY_MS)[:25]
    fresh = Market.synthetic(3, [BTC], START)

    assert list(moments) == [START + DAY_MS - age * HOUR_MS for age in range(25)]
    assert fresh.crowd(BTC, reversed(moments)) == market.crowd(BTC, moments)[::-1]
    assert len({crowd.open_interest for crowd in market.crowd(BTC, moments)}) > 20


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        (None, None, START + 7 * HOUR_MS, None),
        (None, START + DAY_MS, START + 7 * HOUR_MS, None),  # nobody knows the future
        (START, START + HOUR_MS + 1, START + HOUR_MS, START),
        (START + 1, None, START + 7 * HOUR_MS, START + HOUR_MS),
    ],
)
def test_recorded_moments_are_on_the_hour_within_what_is_asked(
    market: Market, start: int | None, end: int | None, first: int, last: int | None
) -> None:
    now = START + 7 * HOUR_MS + MINUTE_MS

    found = market.recorded_moments(BTC, HOUR_MS, start, end, now)

    assert found[0] == first
    assert last is None or found[-1] == last


def test_nothing_was_recorded_before_the_first_candle(market: Market) -> None:
    found = market.recorded_moments(BTC, DAY_MS, None, None, START)

    assert found[-1] == START - 400 * DAY_MS
    assert market.crowd(BTC, found[-2:])[-1].open_interest == QUIET
