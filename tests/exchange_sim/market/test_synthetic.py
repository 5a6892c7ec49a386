"""The made-up market: the same whatever is asked first, consistent, and alive."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange_sim.market.catalogue import catalogue, listing
from exchange_sim.market.errors import MarketDataError
from exchange_sim.market.feed import Market
from exchange_sim.market.intervals import DAY_MS, HOUR_MS, MINUTE_MS
from exchange_sim.market.synthetic import HISTORY_DAYS, SyntheticSeries
from exchange_sim.market.values import FundingEvent, Tick

START = 1_735_732_800_000  # 2025-01-01 12:00 UTC
SYMBOLS = ("BTCUSDT", "SOLUSDT")


def market(seed: int = 7) -> Market:
    return Market.synthetic(seed, SYMBOLS, START)


def test_it_starts_at_the_start_and_never_ends() -> None:
    endless = market()
    assert (endless.start_ms, endless.end_ms) == (START, None)
    assert endless.tick_at("BTCUSDT", START + 3000 * DAY_MS).last > 0


def test_the_same_seed_gives_the_same_events_and_another_seed_others() -> None:
    def events(seed: int) -> list[Tick | FundingEvent]:
        return list(market(seed).events(START, START + HOUR_MS))

    assert events(7) == events(7)
    assert events(7) != events(8)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(-300, 300), min_size=1, max_size=4))
def test_a_moment_has_the_same_price_whatever_was_asked_before(days: list[int]) -> None:
    fresh, used = market(), market()
    for day in days:
        used.tick_at("BTCUSDT", START + day * DAY_MS)
    asked = START + days[-1] * DAY_MS
    assert fresh.tick_at("BTCUSDT", asked) == used.tick_at("BTCUSDT", asked)


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(sorted(catalogue().listings)), st.integers(-200, 200))
def test_candles_are_consistent_on_the_grid_and_without_holes(symbol: str, day: int) -> None:
    first = START + day * DAY_MS
    bars = SyntheticSeries(7, listing(symbol), START).bars(first, first + 2 * DAY_MS)
    tick = float(listing(symbol).instrument.tick_size)
    assert (np.diff(bars.start_ms) == MINUTE_MS).all()
    assert (bars.open[1:] == bars.close[:-1]).all()
    assert (bars.low <= np.minimum(bars.open, bars.close)).all()
    assert (bars.high >= np.maximum(bars.open, bars.close)).all()
    assert (bars.low >= tick).all()
    assert (bars.volume >= 0).all()
    prices = [Decimal(repr(price)) for price in bars.high[:50].tolist()]
    assert all(price % listing(symbol).instrument.tick_size == 0 for price in prices)


def test_it_begins_at_the_typical_price_of_the_symbol() -> None:
    midnight = START - START % DAY_MS
    assert market().tick_at("BTCUSDT", midnight).last == listing("BTCUSDT").typical_price


def test_history_reaches_back_but_not_for_ever() -> None:
    first = START // DAY_MS * DAY_MS - HISTORY_DAYS * DAY_MS
    oldest = market().klines("BTCUSDT", "D", 9999, None, 1, START)
    assert [bar.start_ms for bar in oldest] == [first]
    with pytest.raises(MarketDataError, match="has no price"):
        market().tick_at("BTCUSDT", first - 1)
    assert list(market().events(first - DAY_MS, first - 1)) == []


@pytest.mark.parametrize("interval", ["5", "60", "D", "W", "M"])
def test_candles_of_every_interval_come_from_the_same_minutes(interval: str) -> None:
    endless, now_ms = market(), START + 40 * DAY_MS + 12_345
    newest, before = endless.klines("BTCUSDT", interval, None, None, 2, now_ms)
    ticks = [
        event.last
        for event in endless.events(before.start_ms - 1, before.end_ms)
        if isinstance(event, Tick) and event.symbol == "BTCUSDT"
    ]
    assert [before.open, before.high, before.low, before.close] == [
        ticks[0],
        max(ticks),
        min(ticks),
        ticks[-1],
    ]
    assert newest.close == endless.tick_at("BTCUSDT", now_ms).last
    mark = endless.mark_klines("BTCUSDT", interval, None, None, 2, now_ms)[1]
    assert (mark.high, mark.volume) == (before.high, 0)


def test_volatility_clusters_and_tails_are_fat() -> None:
    bars = SyntheticSeries(7, listing("BTCUSDT"), START).bars(START, START + 60 * DAY_MS)
    returns = np.diff(np.log(bars.close))
    size = np.abs(returns)
    lagged = float(np.corrcoef(size[:-1], size[1:])[0, 1])
    kurtosis = float(((returns - returns.mean()) ** 4).mean() / returns.var() ** 2)
    daily = float(returns.std() * np.sqrt(1440))
    assert lagged > 0.05
    assert kurtosis > 4
    assert 0.015 < daily < 0.045
    assert abs(float(np.corrcoef(returns[:-1], returns[1:])[0, 1])) < 0.05


def test_symbols_move_together_in_part() -> None:
    closes = []
    for symbol in SYMBOLS:
        bars = SyntheticSeries(7, listing(symbol), START).bars(START, START + 30 * DAY_MS)
        closes.append(np.diff(np.log(bars.close[::60])))
    assert 0.3 < float(np.corrcoef(closes)[0, 1]) < 0.9


def test_funding_varies_within_its_bounds_and_is_mostly_the_interest() -> None:
    endless = market()
    history = endless.funding_history("SOLUSDT", None, None, 200, START)
    rates = [event.rate for event in history]
    bounds = endless.instrument("SOLUSDT")
    assert all(bounds.lower_funding_rate <= rate <= bounds.upper_funding_rate for rate in rates)
    assert len(set(rates)) > 10
    assert max(set(rates), key=rates.count) == Decimal("0.0001")
    assert {event.ts_ms % (8 * HOUR_MS) for event in history} == {0}


@pytest.mark.parametrize(
    ("seed", "symbols", "start_ms", "complaint"),
    [
        (-1, SYMBOLS, START, "seed of the synthetic market is -1; it must be at least 0"),
        (1, ("NOPEUSDT",), START, "'NOPEUSDT' is not listed"),
        (1, (), START, "name at least one"),
        (1, SYMBOLS, 0, "to start at 1970-01-01 .* earliest start is 2000-01-01"),
    ],
)
def test_an_impossible_synthetic_market_is_refused(
    seed: int, symbols: tuple[str, ...], start_ms: int, complaint: str
) -> None:
    with pytest.raises(MarketDataError, match=complaint):
        Market.synthetic(seed, symbols, start_ms)


def test_trades_are_the_newest_first_and_as_many_as_asked_for() -> None:
    trades = market().recent_trades("BTCUSDT", START, 100)
    assert len(trades) == 100
    assert trades[0].ts_ms == START
    assert [trade.ts_ms for trade in trades] == sorted(
        (trade.ts_ms for trade in trades), reverse=True
    )
    assert len(market().recent_trades("BTCUSDT", START, 5000)) == 1000
