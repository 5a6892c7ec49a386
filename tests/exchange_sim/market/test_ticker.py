"""Ticker figures, compared with the ticks they come from."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from exchange_sim.market.errors import MarketDataError
from exchange_sim.market.feed import Market
from exchange_sim.market.intervals import DAY_MS, HOUR_MS, MINUTE_MS
from exchange_sim.market.values import Tick

START = 1_704_067_200_000


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory, make_candles: Callable[..., Path]) -> Market:
    folder = tmp_path_factory.mktemp("ticker")
    make_candles(folder / "BTCUSDT_1m.parquet", 2000, interval_ms=MINUTE_MS)
    return Market.replay(folder)


@pytest.mark.parametrize("elapsed", [30 * HOUR_MS + 12_345, 3 * HOUR_MS])
def test_day_figures_cover_the_last_24_hours_as_far_as_there_is_history(
    market: Market, elapsed: int
) -> None:
    now_ms = START + elapsed
    day = [
        event.last for event in market.events(now_ms - DAY_MS, now_ms) if isinstance(event, Tick)
    ]
    ticker = market.ticker("BTCUSDT", now_ms)
    assert (ticker.high_24h, ticker.low_24h) == (max(day), min(day))
    assert ticker.last == ticker.mark == ticker.index == day[-1]
    before = max(START, now_ms - DAY_MS)
    assert ticker.prev_price_24h == market.tick_at("BTCUSDT", before).last
    assert ticker.prev_price_1h == market.tick_at("BTCUSDT", now_ms - HOUR_MS).last


def test_volume_and_turnover_are_those_of_the_day_s_candles(market: Market) -> None:
    now_ms = START + 30 * HOUR_MS - 1
    ticker = market.ticker("BTCUSDT", now_ms)
    minutes = market.klines("BTCUSDT", "1", None, None, 1000, now_ms)
    minutes += market.klines("BTCUSDT", "1", None, minutes[-1].start_ms - 1, 440, now_ms)
    assert ticker.volume_24h == sum(bar.volume for bar in minutes)
    difference = ticker.turnover_24h - sum(bar.turnover for bar in minutes)
    assert abs(difference) < Decimal("0.1")


def test_the_change_is_a_fraction_of_the_price_a_day_ago(market: Market) -> None:
    ticker = market.ticker("BTCUSDT", START + 30 * HOUR_MS)
    change = (ticker.last - ticker.prev_price_24h) / ticker.prev_price_24h
    assert abs(ticker.price_24h_fraction - change) <= Decimal("0.0000005")


def test_the_best_prices_are_those_of_the_book(market: Market) -> None:
    now_ms = START + 30 * HOUR_MS
    ticker, book = market.ticker("BTCUSDT", now_ms), market.book("BTCUSDT", now_ms, 5)
    assert (ticker.bid, ticker.bid_size) == book.bids[0]
    assert (ticker.ask, ticker.ask_size) == book.asks[0]


def test_after_the_end_the_ticker_stands_still(market: Market) -> None:
    assert market.end_ms is not None
    late = market.ticker("BTCUSDT", market.end_ms + 3 * DAY_MS)
    assert (late.ts_ms, late.last) == (
        market.end_ms,
        market.tick_at("BTCUSDT", market.end_ms).last,
    )


def test_there_is_no_ticker_before_the_first_price(market: Market) -> None:
    with pytest.raises(MarketDataError, match="has no price"):
        market.ticker("BTCUSDT", START - 1)
