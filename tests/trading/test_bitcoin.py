"""What bitcoin did beside a symbol: returns by hand, and who follows whom."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading import builders
from trading.bitcoin import BitcoinMoves, bitcoin_moves
from trading.candles import Candle, Interval

OWN = builders.candles(200)
WALK = builders.walk(200, seed=2)


def bitcoin(closes: Sequence[int] = WALK) -> tuple[Candle, ...]:
    return builders.candles(closes=list(closes))


def moves(
    bars: Sequence[Candle], own: Sequence[Candle] = OWN, interval: Interval = Interval.H1
) -> BitcoinMoves:
    found = bitcoin_moves(own, bars, interval)
    assert found is not None
    return found


def test_returns_are_fractions_of_the_close_hours_ago() -> None:
    closes = list(WALK)
    closes[-25], closes[-5], closes[-2], closes[-1] = 50_000, 32_000, 25_000, 40_000

    found = moves(bitcoin(closes))

    assert (found.return_1h, found.return_4h, found.return_24h) == pytest.approx((0.6, 0.25, -0.2))


def test_who_moves_alike_is_correlated_and_who_moves_against_is_so_negatively() -> None:
    own = [float(candle.close) for candle in OWN]
    against = [round(40_000**2 / close) for close in own]

    assert moves(OWN).correlation_7d == pytest.approx(1)
    assert moves(bitcoin(against)).correlation_7d == pytest.approx(-1, abs=1e-3)


def test_only_the_last_seven_days_count() -> None:
    same_week = [*range(30_000, 30_031), *(int(candle.close) for candle in OWN[-169:])]
    day_longer = [*same_week[:31], same_week[31] + 500, *same_week[32:]]

    assert moves(bitcoin(same_week)).correlation_7d == pytest.approx(1)
    assert (moves(bitcoin(day_longer)).correlation_7d or 0) < 0.999


def test_a_market_that_stands_still_follows_nobody() -> None:
    still = bitcoin([40_000] * 200)

    assert moves(still) == BitcoinMoves(0, 0, 0, None)
    assert moves(OWN, own=still).correlation_7d is None


def test_what_comes_later_is_not_looked_at() -> None:
    bars = bitcoin()

    assert bitcoin_moves(OWN[:-1], bars, Interval.H1) == bitcoin_moves(
        OWN[:-1], bars[:-1], Interval.H1
    )


@pytest.mark.parametrize("bars", [(), bitcoin()[:-1], bitcoin()[:100]], ids=len)
def test_without_the_bar_that_closed_last_nothing_is_known(bars: tuple[Candle, ...]) -> None:
    assert bitcoin_moves(OWN, bars, Interval.H1) is None


def test_a_missing_bar_is_missing_only_where_it_is_needed() -> None:
    bars = bitcoin()
    whole = moves(bars)

    assert moves((*bars[:-2], bars[-1])) == replace(whole, return_1h=None, correlation_7d=None)
    assert moves((*bars[:100], *bars[101:])) == replace(whole, correlation_7d=None)
    assert moves(bars, own=OWN[-100:]) == replace(whole, correlation_7d=None)


def at_intervals(interval: Interval, bars: Sequence[Candle]) -> list[Candle]:
    opened: datetime = interval.floor(builders.NOW)
    return [
        replace(bar, opened_at=opened - (len(bars) - place) * interval.length)
        for place, bar in enumerate(bars)
    ]


@pytest.mark.parametrize(
    ("interval", "unknown"),
    [
        (Interval.M15, {"correlation_7d"}),  # 200 bars are two days
        (Interval.H4, {"return_1h"}),
        (Interval.D1, {"return_1h", "return_4h", "correlation_7d"}),  # of seven returns
    ],
)
def test_bigger_and_smaller_candles_know_what_they_cover(
    interval: Interval, unknown: set[str]
) -> None:
    found = moves(
        at_intervals(interval, bitcoin()), at_intervals(interval, OWN), interval=interval
    )

    names = ("return_1h", "return_4h", "return_24h", "correlation_7d")
    assert {name for name in names if getattr(found, name) is None} == unknown


@given(seed=st.integers(0, 10**6), times=st.decimals("0.001", "1000", places=3))
def test_a_correlation_is_of_moves_and_not_of_prices(seed: int, times: Decimal) -> None:
    bars = bitcoin(builders.walk(180, seed=seed))
    prices = ("open", "high", "low", "close")
    dearer = [
        replace(bar, **{name: getattr(bar, name) * times for name in prices}) for bar in bars
    ]

    found = moves(bars).correlation_7d

    assert found is not None
    assert -1 <= found <= 1
    assert moves(dearer).correlation_7d == pytest.approx(found, abs=1e-6)
