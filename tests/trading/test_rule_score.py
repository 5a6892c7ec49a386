"""The soft score: each reading by hand, and a long of a market is a short of its mirror image."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trading import builders
from tests.trading.builders import NOW
from trading.bitcoin import BitcoinMoves
from trading.candles import Candle, Interval
from trading.errors import InvariantError
from trading.market import Ticker
from trading.positions import Direction
from trading.rule_score import Part, Reading, RuleScore, score
from trading.snapshot import MarketSnapshot, SnapshotRules, build_snapshot

MIRROR = Decimal(40_000)
BARS = 220


def market_of(candles: tuple[Candle, ...], **changes: Any) -> MarketSnapshot:
    """A snapshot that holds all of `candles`; `changes` are market inputs."""
    rules = SnapshotRules(bars=len(candles), spike_atr=1000.0)
    built = build_snapshot(builders.inputs(candles=candles, **changes), now=NOW, rules=rules)
    assert isinstance(built, MarketSnapshot), built
    return built


MARKET = market_of(builders.candles(BARS))
SHORT = {
    "direction": Direction.SHORT,
    "stop_loss": Decimal(40_400),
    "take_profit": Decimal(39_200),
}


def agreement(reading: Reading, market: MarketSnapshot = MARKET, **signal: Any) -> int | None:
    """What one reading says, None if it is missing."""
    found = score(builders.signal(**signal), market)
    by_name = {part.reading: part.agreement for part in found.parts}
    assert (reading in by_name) is (reading not in found.missing)
    return by_name.get(reading)


def with_readings(**changes: Any) -> MarketSnapshot:
    return replace(MARKET, indicators=replace(MARKET.indicators, **changes))


@pytest.mark.parametrize(
    ("reading", "readings", "expected"),
    [
        (Reading.TREND, {"ema_20": 101.0, "ema_50": 100.0}, 1),
        (Reading.TREND, {"ema_20": 99.0, "ema_50": 100.0}, -1),
        (Reading.TREND, {"ema_20": 100.0, "ema_50": 100.0}, 0),
        (Reading.TREND, {"ema_50": None}, None),
        (Reading.STRENGTH, {"adx": 20.1, "plus_di": 30.0, "minus_di": 10.0}, 1),
        (Reading.STRENGTH, {"adx": 20.1, "plus_di": 10.0, "minus_di": 30.0}, -1),
        (Reading.STRENGTH, {"adx": 20.0, "plus_di": 30.0, "minus_di": 10.0}, 0),
        (Reading.STRENGTH, {"adx": None}, None),
        (Reading.STRETCH, {"rsi": 75.0}, 1),
        (Reading.STRETCH, {"rsi": 75.1}, -1),
        (Reading.STRETCH, {"rsi": 10.0}, 1),
        (Reading.STRETCH, {"rsi": None}, None),
        (Reading.VOLUME, {"volume_z": None}, None),
        (Reading.VOLUME, {"volume_z": 0.0}, 0),
        (Reading.ROOM, {"swing_highs": (40_640.0,)}, 1),  # 0.8 of the 800 to the target
        (Reading.ROOM, {"swing_highs": (40_639.5,)}, -1),
        (Reading.ROOM, {"swing_highs": (40_900.0, 39_900.0)}, 1),
    ],
)
def test_a_reading_of_a_long_is_the_one_of_the_table(
    reading: Reading, readings: dict[str, Any], expected: int | None
) -> None:
    # Bars of the last hours only: yesterday's extremes are no level then.
    market = with_readings(**readings)
    assert agreement(reading, replace(market, candles=market.candles[-30:])) == expected


@pytest.mark.parametrize(("rsi", "expected"), [(25.0, 1), (24.9, -1), (90.0, 1)])
def test_a_short_is_not_entered_where_the_market_has_fallen_far(rsi: float, expected: int) -> None:
    assert agreement(Reading.STRETCH, with_readings(rsi=rsi), **SHORT) == expected


@pytest.mark.parametrize(("change", "expected"), [(30, 1), (-30, -1), (0, 0)])
def test_volume_speaks_for_the_way_of_the_last_bar(change: int, expected: int) -> None:
    last = MARKET.candles[-1]
    moved = replace(last, open=last.close - change)
    loud = with_readings(volume_z=0.5)
    market = replace(loud, candles=(*loud.candles[:-1], moved))
    assert agreement(Reading.VOLUME, market) == expected
    assert agreement(Reading.VOLUME, market, **SHORT) == -expected


def test_yesterdays_high_stands_in_the_way_of_a_long() -> None:
    bare = with_readings(swing_highs=(), swing_lows=())
    yesterday = [candle.high for candle in bare.candles[-36:-12]]
    near = max(yesterday) - 100
    way = {"entry_price": near, "stop_loss": near - 100, "take_profit": near + 200}
    assert agreement(Reading.ROOM, bare, **way) == -1
    assert agreement(Reading.ROOM, bare, **(way | {"take_profit": near + 125})) == 1


def test_without_any_level_nothing_is_said_of_room() -> None:
    bare = with_readings(swing_highs=(), swing_lows=())
    assert agreement(Reading.ROOM, replace(bare, candles=bare.candles[-30:])) is None


@pytest.mark.parametrize(("step", "expected"), [(20, 1), (-20, -1), (0, 0)])
def test_the_bigger_trend_is_that_of_four_hours(step: int, expected: int) -> None:
    market = market_of(builders.candles(closes=[40_000 + step * bar for bar in range(BARS)]))
    assert agreement(Reading.BIGGER_TREND, market) == expected


def daily_market() -> MarketSnapshot:
    midnight = MARKET.as_of.replace(hour=0)
    day = replace(MARKET.candles[-1], opened_at=midnight - Interval.D1.length)
    return replace(MARKET, interval=Interval.D1, as_of=midnight, candles=(day,))


@pytest.mark.parametrize(
    "market",
    [
        daily_market(),  # nothing is bigger than a day
        replace(MARKET, candles=MARKET.candles[-1:]),  # not one bar of four hours
        builders.snapshot(),  # 30 of them, and 50 are needed
    ],
)
def test_a_bigger_trend_that_cannot_be_known_is_missing(market: MarketSnapshot) -> None:
    assert agreement(Reading.BIGGER_TREND, market) is None


@pytest.mark.parametrize(("change", "expected"), [(1, 1), (-1, -1), (0, 0)])
def test_bitcoin_is_read_over_a_day(change: int, expected: int) -> None:
    before = MARKET.candles[-25]
    moved = replace(
        MARKET.candles[-1], close=before.close + change, high=Decimal(90_000), low=Decimal(1)
    )
    market = replace(MARKET, candles=(*MARKET.candles[:-1], moved))
    assert agreement(Reading.BITCOIN, market) == expected


@pytest.mark.parametrize(("change", "expected"), [(0.01, 1), (-0.01, -1), (0.0, 0), (None, None)])
def test_bitcoin_is_read_beside_every_other_symbol(
    change: float | None, expected: int | None
) -> None:
    moves = BitcoinMoves(-1.0, -1.0, change, -1.0)
    market = replace(MARKET, symbol="ETHUSDT", bitcoin=moves)
    assert agreement(Reading.BITCOIN, market) == expected
    assert agreement(Reading.BITCOIN, market, **SHORT) == (expected and -expected)


@pytest.mark.parametrize(
    "market",
    [
        replace(MARKET, symbol="ETHUSDT", bitcoin=None),
        replace(MARKET, candles=MARKET.candles[-24:]),
    ],
)
def test_a_snapshot_without_bitcoins_day_says_nothing_of_it(market: MarketSnapshot) -> None:
    assert agreement(Reading.BITCOIN, market) is None


def test_the_score_is_the_mean_of_what_is_known() -> None:
    known = with_readings(
        ema_20=101.0, ema_50=100.0, adx=10.0, rsi=80.0, volume_z=None, swing_highs=()
    )
    bare = replace(known, symbol="ETHUSDT", candles=known.candles[-30:])
    assert score(builders.signal(), bare) == RuleScore(
        value=Decimal(0),
        parts=(Part(Reading.TREND, 1), Part(Reading.STRENGTH, 0), Part(Reading.STRETCH, -1)),
        missing=(Reading.BIGGER_TREND, Reading.VOLUME, Reading.ROOM, Reading.BITCOIN),
    )
    trend_only = replace(bare, indicators=replace(bare.indicators, rsi=None, adx=None))
    assert score(builders.signal(), trend_only).value == 1


def test_a_score_of_nothing_moves_nothing() -> None:
    blind = with_readings(ema_20=None, adx=None, rsi=None, volume_z=None, swing_highs=())
    nothing = score(builders.signal(), replace(blind, symbol="X", candles=blind.candles[-1:]))
    assert (nothing.value, nothing.parts, nothing.missing) == (0, (), tuple(Reading))


def test_a_reading_agrees_by_no_more_than_one() -> None:
    with pytest.raises(InvariantError, match="trend agrees by 2"):
        Part(Reading.TREND, 2)


def mirrored(price: Decimal) -> Decimal:
    return 2 * MIRROR - price


def mirrored_candle(candle: Candle) -> Candle:
    return replace(
        candle,
        open=mirrored(candle.open),
        high=mirrored(candle.low),
        low=mirrored(candle.high),
        close=mirrored(candle.close),
    )


def mirrored_ticker(ticker: Ticker) -> Ticker:
    return replace(
        ticker,
        last=mirrored(ticker.last),
        mark=mirrored(ticker.mark),
        index=mirrored(ticker.index),
        bid=mirrored(ticker.ask),
        ask=mirrored(ticker.bid),
    )


def beside(market: MarketSnapshot, bitcoin_day: float) -> MarketSnapshot:
    """The same candles as another symbol's, on a day when bitcoin went its own way."""
    moves = BitcoinMoves(None, None, bitcoin_day, None)
    return replace(market, symbol="ETHUSDT", bitcoin=moves)


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    drift=st.integers(-60, 60),
    stop=st.integers(50, 2_000),
    target=st.integers(50, 4_000),
    volumes=st.lists(st.integers(1, 99), min_size=48, max_size=48),
    bitcoin=st.none() | st.sampled_from([-0.02, 0.0, 0.03]),
)
def test_a_long_of_a_market_scores_as_a_short_of_its_mirror_image(
    seed: int, drift: int, stop: int, target: int, volumes: list[int], bitcoin: float | None
) -> None:
    walk = builders.walk(BARS, seed=seed, step=150)
    bars = builders.candles(closes=[price + drift * bar for bar, price in enumerate(walk)])
    loud = zip(bars[-48:], volumes, strict=True)
    bars = (*bars[:-48], *(replace(bar, volume=Decimal(volume)) for bar, volume in loud))
    market = market_of(bars)
    image = market_of(
        tuple(mirrored_candle(bar) for bar in bars), ticker=mirrored_ticker(market.ticker)
    )
    if bitcoin is not None:
        market, image = beside(market, bitcoin), beside(image, -bitcoin)
    ask = market.ticker.ask
    long = builders.signal(entry_price=ask, stop_loss=ask - stop, take_profit=ask + target)
    short = replace(
        long,
        direction=Direction.SHORT,
        entry_price=mirrored(ask),
        stop_loss=mirrored(long.stop_loss),
        take_profit=mirrored(long.take_profit),
    )

    assert score(long, market) == score(short, image)
    assert len(score(long, market).parts) == len(Reading)
