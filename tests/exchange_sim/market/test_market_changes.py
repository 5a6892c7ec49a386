"""A market somebody changes while it runs still tells one consistent story."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange_sim.market.changes import ChangeKind, MarketChange
from exchange_sim.market.errors import MarketDataError
from exchange_sim.market.feed import Market
from exchange_sim.market.values import FundingEvent, Tick

BTC, ETH = "BTCUSDT", "ETHUSDT"
START_MS = 1_760_000_400_000
MINUTE_MS, HOUR_MS = 60_000, 3_600_000
SHIFT = {"last": Decimal("0.9"), "mark": Decimal("0.95")}


@pytest.fixture
def market() -> Market:
    return Market.synthetic(7, [BTC, ETH], START_MS)


def change(
    kind: ChangeKind,
    from_ms: int = 1000,
    until_ms: int | None = None,
    name: str = "a",
    **values: object,
) -> MarketChange:
    """A change of BTCUSDT in milliseconds after the start."""
    end_ms = None if until_ms is None else START_MS + until_ms
    amounts = {key: Decimal(str(value)) for key, value in values.items()}
    return MarketChange(name, kind, BTC, START_MS + from_ms, end_ms, amounts)


def ticks(market: Market, until_ms: int = 5 * MINUTE_MS, symbol: str = BTC) -> list[Tick]:
    return [
        event
        for event in market.events(START_MS, START_MS + until_ms)
        if isinstance(event, Tick) and event.symbol == symbol
    ]


def settlements(market: Market, until_ms: int) -> list[FundingEvent]:
    events = market.events(START_MS, START_MS + until_ms)
    return [event for event in events if isinstance(event, FundingEvent) and event.symbol == BTC]


def test_a_shift_begins_and_ends_with_a_jump_of_one_millisecond(market: Market) -> None:
    before = market.tick_at(BTC, START_MS)
    market.change(change(ChangeKind.PRICE, 1000, 1500, **SHIFT))
    jumps = [tick for tick in ticks(market) if tick.ts_ms < START_MS + 2000]
    assert [tick.ts_ms - START_MS for tick in jumps] == [999, 1000, 1499, 1500]
    last = [tick.last / before.last for tick in jumps]
    assert [round(ratio, 4) for ratio in last] == [1, Decimal("0.9"), Decimal("0.9"), 1]
    assert round(jumps[1].mark / before.mark, 4) == Decimal("0.95")
    assert jumps[1].index == before.index
    assert all(tick.last % market.instrument(BTC).tick_size == 0 for tick in jumps)


def test_other_symbols_and_the_past_are_not_touched(market: Market) -> None:
    undisturbed = Market.synthetic(7, [BTC, ETH], START_MS)
    market.change(change(ChangeKind.PRICE, 1000, **SHIFT))
    assert ticks(market, symbol=ETH) == ticks(undisturbed, symbol=ETH)
    now = START_MS + MINUTE_MS
    past = market.klines(BTC, "1", None, START_MS - 1, 50, now)
    assert past == undisturbed.klines(BTC, "1", None, START_MS - 1, 50, now)


def test_book_ticker_and_trades_follow_a_shift(market: Market) -> None:
    market.change(change(ChangeKind.PRICE, 1000, last=2, mark=2, index=2))
    now = START_MS + HOUR_MS
    last = market.tick_at(BTC, now).last
    book, ticker = market.book(BTC, now, 5), market.ticker(BTC, now)
    assert book.bids[0][0] < last < book.asks[0][0] + 1
    assert (ticker.last, ticker.bid, ticker.ask) == (last, book.bids[0][0], book.asks[0][0])
    assert ticker.low_24h <= ticker.last <= ticker.high_24h
    assert market.recent_trades(BTC, now, 1)[0].price == last
    assert market.mark_klines(BTC, "1", None, None, 1, now)[0].close == last


def test_a_frozen_market_shows_the_moment_it_froze(market: Market) -> None:
    market.change(change(ChangeKind.FREEZE, 90_000, 10 * MINUTE_MS))
    frozen_ms, now = START_MS + 90_000, START_MS + 9 * MINUTE_MS
    assert market.tick_at(BTC, now).last == market.tick_at(BTC, frozen_ms).last
    assert market.klines(BTC, "1", None, None, 5, now) == market.klines(
        BTC, "1", None, None, 5, frozen_ms
    )
    moments = [tick.ts_ms - START_MS for tick in ticks(market, 11 * MINUTE_MS)]
    assert [at for at in moments if 90_000 < at < 10 * MINUTE_MS] == [10 * MINUTE_MS - 1]


def test_a_book_is_widened_and_thinned(market: Market) -> None:
    plain = market.book(BTC, START_MS, 10)
    market.change(change(ChangeKind.BOOK, 0, spread_bps=100, name="wide"))
    market.change(change(ChangeKind.BOOK, 0, level_size="0.001", levels=2, name="thin"))
    book = market.book(BTC, START_MS, 10)
    half = plain.asks[0][0] * Decimal("0.005")
    assert abs(book.asks[0][0] - plain.asks[0][0] - half) <= 1
    assert abs(plain.bids[0][0] - book.bids[0][0] - half) <= 1
    assert [size for _, size in book.asks] == [Decimal("0.001")] * 2
    assert market.end_change("thin", START_MS)
    assert len(market.book(BTC, START_MS, 10).asks) == 10


def test_rules_change_and_come_back(market: Market) -> None:
    before = market.instrument(BTC)
    market.change(change(ChangeKind.RULES, tick_size="0.5", name="tick"))
    market.change(change(ChangeKind.RULES, qty_step="0.03", max_market_qty="10", name="size"))
    after = market.instrument(BTC)
    assert (after.tick_size, after.qty_step) == (Decimal("0.5"), Decimal("0.03"))
    assert (after.min_qty, after.max_market_qty) == (Decimal("0.03"), Decimal("9.99"))
    assert after.max_qty % after.qty_step == 0
    for name in ("tick", "size"):
        assert market.end_change(name, START_MS)
    assert market.instrument(BTC) == before
    assert not market.end_change("tick", START_MS)


def test_rules_that_contradict_each_other_are_refused_and_change_nothing(market: Market) -> None:
    before = market.instrument(BTC)
    with pytest.raises(MarketDataError, match="must divide a day"):
        market.change(change(ChangeKind.RULES, funding_interval_min=7))
    assert market.instrument(BTC) == before
    assert market.open_changes == []


def test_a_change_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(MarketDataError, match="before"):
        change(ChangeKind.FREEZE, 1000, 500)


def test_settlements_get_another_rate_only_while_it_is_in_effect(market: Market) -> None:
    (first, second, *_) = settlements(market, 24 * HOUR_MS)
    until_ms = first.ts_ms - START_MS + 1
    market.change(change(ChangeKind.FUNDING, 0, until_ms, rate="-0.01"))
    assert market.next_funding(BTC, START_MS).rate == Decimal("-0.01")
    assert [event.rate for event in settlements(market, 24 * HOUR_MS)][:2] == [
        Decimal("-0.01"),
        second.rate,
    ]
    history = market.funding_history(BTC, None, None, 5, first.ts_ms)
    assert history[0].rate == Decimal("-0.01")


def test_a_new_rhythm_replaces_the_old_settlements(market: Market) -> None:
    market.change(change(ChangeKind.FUNDING, 0, interval_min=60))
    times = [event.ts_ms for event in settlements(market, 24 * HOUR_MS)]
    assert len(times) == 24
    assert all(ts_ms % HOUR_MS == 0 for ts_ms in times)


def test_late_settlements_are_charged_late_and_scheduled_as_ever(market: Market) -> None:
    first = settlements(market, 24 * HOUR_MS)[0]
    market.change(change(ChangeKind.FUNDING, 0, late_ms=45_000))
    assert settlements(market, 24 * HOUR_MS)[0].ts_ms == first.ts_ms + 45_000
    assert market.next_funding(BTC, START_MS) == first


EDGE = st.integers(2, 20 * MINUTE_MS)
FACTOR = st.sampled_from(["0.5", "0.9", "0.999", "1.001", "1.2", "3"])
WISH = st.one_of(
    st.tuples(st.just("shift"), EDGE, EDGE, FACTOR),
    st.tuples(st.just("gap"), EDGE, EDGE, FACTOR),
    st.tuples(st.just("freeze"), EDGE, EDGE, FACTOR),
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(WISH, min_size=1, max_size=4), st.lists(EDGE, min_size=2, max_size=5))
def test_ticks_candles_and_the_present_price_agree(
    wishes: list[tuple[str, int, int, str]], moments: list[int]
) -> None:
    market = Market.synthetic(7, [BTC], START_MS)
    for number, (kind, one, other, factor) in enumerate(wishes):
        begin, end = sorted((one, other))
        values = {} if kind == "freeze" else {"last": factor, "mark": factor, "index": factor}
        market.change(
            change(
                ChangeKind.FREEZE if kind == "freeze" else ChangeKind.PRICE,
                begin,
                None if kind == "gap" else end + 2,
                name=str(number),
                **values,
            )
        )
    steps = [0, *sorted(set(moments))]
    story = [
        event
        for before, after in pairwise(steps)
        for event in market.events(START_MS + before, START_MS + after)
    ]
    assert story == list(market.events(START_MS, START_MS + steps[-1]))
    times = [event.ts_ms for event in story]
    assert times == sorted(times)
    for moment in steps[1:]:
        now = START_MS + moment
        present = market.tick_at(BTC, now)
        told = [tick for tick in story if isinstance(tick, Tick) and tick.ts_ms <= now]
        if told:
            assert told[-1].last == present.last
        candles = market.klines(BTC, "1", None, None, 30, now)
        assert candles[0].close == present.last
        assert all(bar.low <= min(bar.open, bar.close) for bar in candles)
        assert all(bar.high >= max(bar.open, bar.close) for bar in candles)
