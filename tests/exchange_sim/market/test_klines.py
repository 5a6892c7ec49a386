"""Candles by the rules of Bybit's kline endpoint, compared with a plain reference."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange_sim.market.errors import MarketDataError
from exchange_sim.market.feed import Market
from exchange_sim.market.intervals import HOUR_MS, MINUTE_MS, Interval
from exchange_sim.market.rows import Bar
from exchange_sim.market.values import Tick

START = 1_704_067_200_000
QUARTER_MS = 15 * MINUTE_MS
COUNT = 300


@pytest.fixture(scope="module")
def market(
    tmp_path_factory: pytest.TempPathFactory, make_candles: Callable[..., object]
) -> Market:
    folder = tmp_path_factory.mktemp("klines")
    make_candles(folder / "BTCUSDT_15m.parquet", COUNT)
    return Market.replay(folder)


def reference(market: Market, interval: Interval, now_ms: int) -> dict[int, list[Tick]]:
    """The ticks known at `now_ms` by the start of their candle."""
    known: dict[int, list[Tick]] = {}
    for event in market.events(market.start_ms - 1, now_ms):
        if isinstance(event, Tick):
            known.setdefault(interval.start_of(event.ts_ms), []).append(event)
    return known


def starts(bars: list[Bar]) -> list[int]:
    return [(bar.start_ms - START) // QUARTER_MS for bar in bars]


@settings(max_examples=60, deadline=None)
@given(
    interval=st.sampled_from(["15", "30", "60", "120", "240", "720", "D", "W", "M"]),
    elapsed=st.integers(0, COUNT * QUARTER_MS + HOUR_MS),
)
def test_every_candle_is_made_of_the_ticks_known_by_now(
    market: Market, interval: str, elapsed: int
) -> None:
    now_ms = START + elapsed
    known = reference(market, Interval(interval), now_ms)
    bars = market.klines("BTCUSDT", interval, None, None, 1000, now_ms)

    assert [bar.start_ms for bar in bars] == sorted(known, reverse=True)
    for bar in bars:
        prices = [tick.last for tick in known[bar.start_ms]]
        assert (bar.open, bar.close) == (prices[0], prices[-1])
        assert (bar.high, bar.low) == (max(prices), min(prices))
        assert bar.confirmed == (bar.end_ms <= min(now_ms, market.end_ms or now_ms))


@pytest.mark.parametrize(
    ("start", "end", "limit", "expected"),
    [
        (None, None, 3, [10, 9, 8]),
        (None, 5, 3, [5, 4, 3]),
        (2, None, 3, [4, 3, 2]),
        (8, None, 9, [10, 9, 8]),
        (2, 9, 3, [9, 8, 7]),
        (2, 3, 9, [3, 2]),
        (4, 3, 9, []),
        (11, None, 9, []),
        (-99, None, 1, [0]),
        (None, -1, 9, []),
        (None, 99, 2, [10, 9]),
    ],
)
def test_start_end_and_limit_choose_candles_as_bybit_does(
    market: Market, start: int | None, end: int | None, limit: int, expected: list[int]
) -> None:
    def at(candle: int | None) -> int | None:
        return None if candle is None else START + candle * QUARTER_MS

    now_ms = START + 10 * QUARTER_MS + 1
    assert starts(market.klines("BTCUSDT", "15", at(start), at(end), limit, now_ms)) == expected


def test_a_candle_counts_by_its_start_not_by_its_overlap(market: Market) -> None:
    now_ms = START + 10 * QUARTER_MS
    after = market.klines("BTCUSDT", "15", START + 1, START + 2 * QUARTER_MS + 1, 9, now_ms)
    assert starts(after) == [2, 1]


def test_paging_backwards_meets_every_candle_once(market: Market) -> None:
    now_ms, seen, end = START + 40 * QUARTER_MS, [], None
    while page := market.klines("BTCUSDT", "15", None, end, 7, now_ms):
        seen += page
        end = page[-1].start_ms - 1
    assert starts(seen) == list(range(40, -1, -1))


def test_the_running_candle_grows_and_is_confirmed_at_its_last_millisecond(
    market: Market,
) -> None:
    def newest(elapsed: int) -> Bar:
        return market.klines("BTCUSDT", "15", None, None, 1, START + elapsed)[0]

    opened, grown, closed = newest(0), newest(5 * MINUTE_MS), newest(QUARTER_MS - 1)
    assert opened.open == opened.high == opened.low == opened.close
    assert opened.volume < grown.volume < closed.volume
    assert (opened.confirmed, grown.confirmed, closed.confirmed) == (False, False, True)
    assert opened.end_ms == START + QUARTER_MS - 1


def test_history_has_no_candles_before_its_start(market: Market) -> None:
    assert market.klines("BTCUSDT", "15", None, None, 9, START - 1) == []


def test_after_the_end_the_market_stands_still(market: Market) -> None:
    late = market.klines("BTCUSDT", "15", None, None, 2, START + 10**10)
    assert starts(late) == [COUNT - 1, COUNT - 2]


def test_no_more_than_a_thousand_candles_are_given(market: Market) -> None:
    now_ms = START + 20 * HOUR_MS
    assert len(market.klines("BTCUSDT", "1", None, None, 5000, now_ms)) == 1000
    with pytest.raises(MarketDataError, match="limit is 0"):
        market.klines("BTCUSDT", "1", None, None, 0, now_ms)


def test_shorter_candles_are_painted_by_the_path_and_flat_between(market: Market) -> None:
    ticks = [market.tick_at("BTCUSDT", START + third * 5 * MINUTE_MS) for third in range(3)]
    bars = market.klines("BTCUSDT", "1", START, START + QUARTER_MS - 1, 99, START + QUARTER_MS)
    bars.reverse()
    assert len(bars) == 15
    assert [bars[minute].open for minute in (0, 5, 10)] == [tick.last for tick in ticks]
    assert all(bar.volume == 0 and bar.high == bar.low for bar in bars[1:5] + bars[6:10])
    assert (
        bars[14].close == market.klines("BTCUSDT", "15", START, START, 1, START + HOUR_MS)[0].close
    )


def test_shorter_candles_that_start_between_moments_carry_the_close_before(
    market: Market,
) -> None:
    start = START + QUARTER_MS + 2 * MINUTE_MS
    (bar,) = market.klines("BTCUSDT", "1", start, start, 1, start + 7)
    last = market.tick_at("BTCUSDT", start).last
    assert (bar.open, bar.close, bar.volume, bar.confirmed) == (last, last, Decimal(0), False)


def test_volume_and_turnover_add_up_over_intervals(market: Market) -> None:
    now_ms = START + COUNT * QUARTER_MS
    quarters = market.klines("BTCUSDT", "15", None, START + HOUR_MS - 1, 4, now_ms)
    (hour,) = market.klines("BTCUSDT", "60", START, START, 1, now_ms)
    assert hour.volume == sum(bar.volume for bar in quarters)
    assert abs(hour.turnover - sum(bar.turnover for bar in quarters)) < Decimal("0.001")


def test_mark_candles_equal_last_ones_without_a_mark_file(market: Market) -> None:
    now_ms = START + 9 * HOUR_MS + 1
    for interval in ("1", "15", "60"):
        last = market.klines("BTCUSDT", interval, None, None, 20, now_ms)
        mark = market.mark_klines("BTCUSDT", interval, None, None, 20, now_ms)
        shape = [(bar.start_ms, bar.open, bar.high, bar.low, bar.close) for bar in last]
        assert [(bar.start_ms, bar.open, bar.high, bar.low, bar.close) for bar in mark] == shape
        assert all(bar.volume == bar.turnover == 0 for bar in mark)


def test_an_unknown_interval_or_symbol_is_refused(market: Market) -> None:
    with pytest.raises(MarketDataError, match="interval is '7'"):
        market.klines("BTCUSDT", "7", None, None, 1, START)
    with pytest.raises(MarketDataError, match="'ETHUSDT' is not in this market; it has BTCUSDT"):
        market.klines("ETHUSDT", "15", None, None, 1, START)
