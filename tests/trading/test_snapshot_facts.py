from dataclasses import replace
from decimal import Decimal

import pytest

from tests.trading import builders
from trading.errors import InvariantError
from trading.positions import Direction
from trading.snapshot import PositionFacts
from trading.snapshot_facts import FACT_NAMES, fact_step, facts_of

SNAPSHOT = builders.snapshot()


def test_every_fact_has_a_name_of_the_list_and_keeps_its_order() -> None:
    names = list(facts_of(SNAPSHOT))
    assert names == [name for name in FACT_NAMES if name in names]
    assert {"ema_200", "volatility_168_bars", "position_entry"}.isdisjoint(names)


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
