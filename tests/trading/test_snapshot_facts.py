from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.trading import builders
from trading.averages import AverageDistances
from trading.bitcoin import BitcoinMoves
from trading.errors import InvariantError
from trading.market import FundingRate
from trading.positions import Direction
from trading.snapshot import PositionFacts
from trading.snapshot_facts import FACT_NAMES, fact_step, facts_of

SNAPSHOT = builders.snapshot()
TOLD = replace(
    builders.snapshot(
        open_interest=builders.open_interest(), account_ratio=builders.account_ratio()
    ),
    bitcoin=BitcoinMoves(-0.0123456, 0.01, None, 0.8765),
    distances=AverageDistances(-12.4, -12.0, 0.2, 1.0499, 0.0123456, 1.0, -2.3456, None),
)


def test_every_fact_has_a_name_of_the_list_and_keeps_its_order() -> None:
    names = list(facts_of(SNAPSHOT))
    assert names == [name for name in FACT_NAMES if name in names]
    assert {"ema_200", "volatility_7d", "position_entry"}.isdisjoint(names)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("last", SNAPSHOT.ticker.last),
        ("ask", SNAPSHOT.ticker.ask),
        ("funding_rate", Decimal("0.0001")),
        ("turnover_24h_usdt", Decimal(10**9)),
        ("close", SNAPSHOT.candles[-1].close),
        ("highest", max(candle.high for candle in SNAPSHOT.candles)),
        ("lowest", min(candle.low for candle in SNAPSHOT.candles)),
        ("basis_bps", Decimal(0)),
    ],
)
def test_a_fact_is_the_number_of_the_snapshot(name: str, value: Decimal) -> None:
    assert facts_of(SNAPSHOT)[name] == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("btc_return_1h", "-0.01235"),
        ("btc_correlation_7d", "0.88"),
        ("open_interest_change_24h", "0.24"),
        ("long_short_ratio", "1.5"),
        ("minutes_to_funding", "240"),
        ("macd", "-12.5"),
        ("macd_histogram", "0"),
        ("bollinger_b", "1.05"),
        ("bollinger_width", "0.01235"),
        ("atr_above_ema_50", "-2.35"),
    ],
)
def test_what_is_told_besides_the_candles_is_rounded_as_it_is_printed(
    name: str, value: str
) -> None:
    assert facts_of(TOLD)[name] == Decimal(value)


def test_what_is_missing_is_no_fact() -> None:
    lately = [name for name in FACT_NAMES if name.startswith(("btc_", "long_", "funding_1"))]
    assert len(lately) == 6
    assert set(lately).isdisjoint(facts_of(SNAPSHOT))
    old = replace(SNAPSHOT, distances=None)
    gone = facts_of(SNAPSHOT).keys() - facts_of(old).keys()
    assert gone == {name for name in gone if name.startswith(("macd", "bollinger", "atr_above"))}
    assert len(gone) == 7  # 120 bars do not warm the average of 200


def test_the_rate_settled_last_is_the_first_and_the_next_one_has_its_own_name() -> None:
    rates = [
        FundingRate("BTCUSDT", Decimal(number) / 10_000, builders.NOW) for number in range(1, 10)
    ]
    facts = facts_of(builders.snapshot(funding=tuple(rates)))
    settled = [facts[f"funding_{age}"] for age in range(1, 10)]
    assert settled == [rate.rate for rate in reversed(rates)]
    assert facts["funding_rate"] == builders.ticker().funding_rate
    few = facts_of(builders.snapshot(funding=tuple(rates[:2])))
    assert (few["funding_2"], "funding_3" in few) == (rates[0].rate, False)


def test_a_settlement_that_is_due_is_no_minute_away() -> None:
    late = builders.ticker(SNAPSHOT.ticker.last, next_funding_at=builders.NOW - timedelta(hours=1))
    assert facts_of(replace(SNAPSHOT, ticker=late))["minutes_to_funding"] == 0


def test_averages_are_on_the_tick_grid_and_oscillators_have_two_digits() -> None:
    facts = facts_of(SNAPSHOT)
    assert SNAPSHOT.indicators.rsi is not None
    assert facts["ema_20"] % SNAPSHOT.instrument.tick_size == 0
    assert facts["rsi_14"] == round(Decimal(str(SNAPSHOT.indicators.rsi)), 2)


def test_the_newest_swing_is_the_first() -> None:
    facts, highs = facts_of(SNAPSHOT), SNAPSHOT.indicators.swing_highs
    assert [facts[f"swing_high_{age}"] for age in range(1, len(highs) + 1)] == [
        Decimal(str(high)) for high in reversed(highs)
    ]


def test_an_open_position_is_a_fact() -> None:
    facts = facts_of(builders.snapshot(position=builders.position(take_profit=None)))
    assert (facts["position_entry"], facts["position_stop"]) == (40_000, 39_600)
    assert "position_target" not in facts
    assert builders.snapshot(position=builders.position()).position == PositionFacts(
        Direction.LONG, Decimal(40_000), Decimal(39_600), Decimal(40_800)
    )


def test_yesterday_is_the_utc_day_before() -> None:
    today = SNAPSHOT.as_of.replace(hour=0)
    day = [
        c for c in SNAPSHOT.candles if (today - c.opened_at).total_seconds() in range(1, 86_401)
    ]
    facts = facts_of(SNAPSHOT)
    assert len(day) == 24
    assert facts["previous_day_high"] == max(candle.high for candle in day)
    assert facts["previous_day_low"] == min(candle.low for candle in day)
    assert facts["previous_day_close"] == day[-1].close


def test_a_day_that_is_not_covered_whole_is_no_fact() -> None:
    # The snapshot is of noon: 36 bars reach back to the day's first hour.
    assert "previous_day_high" in facts_of(replace(SNAPSHOT, candles=SNAPSHOT.candles[-36:]))
    assert "previous_day_high" not in facts_of(replace(SNAPSHOT, candles=SNAPSHOT.candles[-35:]))


def test_the_step_of_a_price_is_its_tick() -> None:
    assert fact_step(SNAPSHOT, "ema_20") == Decimal("0.5")
    assert fact_step(SNAPSHOT, "rsi_14") == Decimal("0.01")
    assert fact_step(SNAPSHOT, "turnover_24h_usdt") == 1


def test_what_is_no_fact_has_no_step() -> None:
    with pytest.raises(InvariantError, match="'price' is no fact of a snapshot"):
        fact_step(SNAPSHOT, "price")
