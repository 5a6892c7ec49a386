"""The market as the rest of the exchange sees it."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from exchange_sim.market.errors import MarketDataError
from exchange_sim.market.feed import Market
from exchange_sim.market.intervals import DAY_MS, HOUR_MS, MINUTE_MS
from exchange_sim.market.values import FundingEvent, Tick

START = 1_704_067_200_000
QUARTER_MS = 15 * MINUTE_MS

Columns = dict[str, list[float] | list[int]]
Save = Callable[[str, Columns], Path]
Candles = Callable[..., Columns]


@pytest.fixture
def market(save: Save, candles: Candles) -> Market:
    """BTC by quarter hours from 00:00, ETH by minutes from 01:00; both end at 24:00."""
    save("BTCUSDT_15m.parquet", candles(96))
    save("BTCUSDT_1h.parquet", candles(24, interval_ms=HOUR_MS, seed=9))
    minutes = candles(23 * 60, interval_ms=MINUTE_MS, start_ms=START + HOUR_MS, price=50, seed=2)
    folder = save("ETHUSDT_1m.csv", minutes)
    return Market.replay(folder)


def test_the_shortest_candles_drive_and_the_market_starts_when_all_have_prices(
    market: Market,
) -> None:
    assert market.symbols == ("BTCUSDT", "ETHUSDT")
    assert market.start_ms == START + HOUR_MS
    assert market.end_ms == START + DAY_MS - 1
    assert market.driving_bar("BTCUSDT", START).end_ms == START + QUARTER_MS - 1


def test_only_the_symbols_asked_for_are_replayed(market: Market, tmp_path: Path) -> None:
    alone = Market.replay(tmp_path, ["BTCUSDT"])
    assert (alone.symbols, alone.start_ms) == (("BTCUSDT",), START)
    assert alone.instrument("BTCUSDT").base_coin == "BTC"


def test_events_are_ordered_by_time_then_symbol_with_settlements_first(market: Market) -> None:
    eight = START + 8 * HOUR_MS
    events = list(market.events(eight - 1, eight))
    assert [(type(event), event.symbol) for event in events] == [
        (FundingEvent, "BTCUSDT"),
        (Tick, "BTCUSDT"),
        (FundingEvent, "ETHUSDT"),
        (Tick, "ETHUSDT"),
    ]
    stamps = [event.ts_ms for event in market.events(START, START + DAY_MS)]
    assert stamps == sorted(stamps)


@pytest.mark.parametrize("step_ms", [7_000, 61_000, HOUR_MS, 9 * HOUR_MS])
def test_events_are_the_same_in_steps_of_any_size(market: Market, step_ms: int) -> None:
    end = market.start_ms + 10 * HOUR_MS
    stepped = []
    for after in range(market.start_ms, end, step_ms):
        stepped += market.events(after, min(after + step_ms, end))
    assert stepped == list(market.events(market.start_ms, end))


def test_each_candle_gives_four_ticks_that_span_it(market: Market) -> None:
    now_ms = START + 5 * HOUR_MS
    bar = market.driving_bar("BTCUSDT", now_ms)
    ticks = [
        event.last
        for event in market.events(bar.start_ms - 1, bar.end_ms)
        if isinstance(event, Tick) and event.symbol == "BTCUSDT"
    ]
    assert len(ticks) == 4
    assert (ticks[0], ticks[-1]) == (bar.open, bar.close)
    assert (max(ticks), min(ticks)) == (bar.high, bar.low)


def test_no_event_happens_after_the_end(market: Market) -> None:
    assert market.end_ms is not None
    assert list(market.events(market.end_ms, market.end_ms + DAY_MS)) == []
    last = market.tick_at("BTCUSDT", market.end_ms + DAY_MS)
    assert last.ts_ms == market.end_ms


def test_the_latest_tick_is_the_one_at_or_before_now(market: Market) -> None:
    for offset, moment in [(0, 0), (299_999, 0), (300_000, 300_000), (899_999, 899_999)]:
        tick = market.tick_at("BTCUSDT", market.start_ms + offset)
        assert tick.ts_ms == market.start_ms + moment


def test_there_is_no_price_before_the_history_begins(market: Market) -> None:
    with pytest.raises(
        MarketDataError, match=r"ETHUSDT has no price .* starts at 2024-01-01 01:00"
    ):
        market.tick_at("ETHUSDT", START)


def test_prices_are_the_decimals_of_the_file_even_off_the_tick_grid(
    save: Save, candles: Candles
) -> None:
    columns = candles(8)
    columns["open"][0] = 100.0001
    columns["high"][0] = 200.123
    market = Market.replay(save("SOLUSDT_15m.csv", columns))
    assert market.tick_at("SOLUSDT", START).last == Decimal("100.0001")
    assert market.klines("SOLUSDT", "15", None, None, 1, START + HOUR_MS // 2 - 1)[
        0
    ].high != Decimal("200.123")
    assert market.klines("SOLUSDT", "15", START, START, 1, START + HOUR_MS)[0].high == Decimal(
        "200.123"
    )


def test_recorded_marks_and_settlements_reach_ticks_and_ticker(
    save: Save, candles: Candles
) -> None:
    columns = candles(96)
    save("BTCUSDT_15m.csv", columns)
    raised = candles(24, interval_ms=HOUR_MS, price=500)
    save("BTCUSDT_1h_mark.csv", raised)
    # A settlement stamped a few milliseconds late, as some sources do.
    late = {"ts_ms": [START + 4 * HOUR_MS + 3], "funding_rate": [-0.0007]}
    market = Market.replay(save("BTCUSDT_funding.csv", late))

    ticker = market.ticker("BTCUSDT", START + 2 * HOUR_MS)
    assert ticker.mark == Decimal(repr(raised["open"][2]))
    assert ticker.index == ticker.last == Decimal(repr(columns["open"][8]))
    assert (ticker.funding_rate, ticker.next_funding_ms) == (
        Decimal("-0.0007"),
        START + 4 * HOUR_MS,
    )
    (hour,) = market.mark_klines("BTCUSDT", "60", START, START, 1, START + DAY_MS)
    assert [hour.open, hour.high, hour.low, hour.close] == [
        Decimal(repr(raised[name][0])) for name in ("open", "high", "low", "close")
    ]


def test_settlements_are_listed_newest_first_and_never_from_the_future(market: Market) -> None:
    now_ms = START + 17 * HOUR_MS
    history = market.funding_history("BTCUSDT", None, None, 10, now_ms)
    assert [(event.ts_ms - START) // HOUR_MS for event in history] == [16, 8, 0]
    assert market.funding_history("BTCUSDT", None, START + 9 * HOUR_MS, 1, now_ms) == [history[1]]
    assert market.funding_history("BTCUSDT", START + 9 * HOUR_MS, None, 9, now_ms) == [history[0]]
    assert market.next_funding("BTCUSDT", now_ms).ts_ms == START + 24 * HOUR_MS


def test_an_unlisted_symbol_gets_rules_from_its_first_price(save: Save, candles: Candles) -> None:
    market = Market.replay(save("NEWUSDT_15m.csv", candles(8)))
    rules = market.instrument("NEWUSDT")
    assert (rules.base_coin, rules.launch_time_ms) == ("NEW", START)
    assert rules.tick_size == Decimal("0.01") or rules.tick_size == Decimal("0.001")
