"""What a prompt is told about one snapshot."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from adapters.chart_image import chart_code
from adapters.prompts.rendering import render
from adapters.prompts.variables import RISK_LIMITS, VARIABLES, Question, variables_of
from config.prompts import first_prompts
from tests.trading import builders
from trading.candles import Interval
from trading.costs import Costs
from trading.errors import InvariantError
from trading.limits import RiskLimits
from trading.signals import SignalRules

(SHIPPED,) = first_prompts()


def question(**changes: Any) -> Question:
    fields: dict[str, Any] = {
        "signals": SignalRules(),
        "limits": RiskLimits(minimum_reward_risk=Decimal("1.20")),
        "costs": Costs(Decimal("0.0006"), Decimal(2), Decimal(5)),
        "image_arm": "ltf",
        "horizon_bars": 24,
    }
    return Question(**(fields | changes))


def test_exactly_the_promised_variables_are_there() -> None:
    told = variables_of(builders.snapshot(), question())
    assert tuple(told) == VARIABLES
    limits = told["risk_limits"]
    assert isinstance(limits, dict)
    assert tuple(limits) == RISK_LIMITS


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("symbol", "BTCUSDT"),
        ("timeframe", "1h"),
        ("as_of", "2024-01-10 12:00 UTC"),
        ("horizon_bars", 24),
        ("htf", "4h"),
        ("position", ""),
        ("fee_roundtrip_pct", "0.19"),  # 2 x 0.06 fee, 0.02 and 0.05 slippage
        ("allowed_actions", ("LONG", "SHORT", "FLAT")),
        ("image_arm", "ltf"),
        ("output_language", "English"),
        ("news_block", ""),
    ],
)
def test_a_variable_says_what_its_name_says(name: str, value: object) -> None:
    assert variables_of(builders.snapshot(), question())[name] == value


def test_limits_are_those_an_answer_is_held_against() -> None:
    signals = SignalRules(Decimal("0.5"), Decimal(4), Decimal(12))
    small = builders.instrument(maximum_leverage=Decimal(3))
    told = variables_of(builders.snapshot(instrument=small), question(signals=signals))
    assert told["risk_limits"] == {
        "min_rr": "1.2",
        "max_rr": "24",
        "min_stop_atr": "0.5",
        "max_stop_atr": "4",
        "max_leverage": "3",
    }


def test_sixty_candles_are_told_and_thirty_of_the_higher_timeframe() -> None:
    told = variables_of(builders.snapshot(candles=builders.candles(240)), question())
    low, high = str(told["candles_csv_ltf"]), str(told["candles_csv_htf"])
    assert (len(low.splitlines()), len(high.splitlines())) == (61, 31)
    assert (low.splitlines()[-1][:11], high.splitlines()[-1][:11]) == (
        "01-10 11:00",
        "01-10 08:00",
    )


def test_the_longest_timeframe_has_none_above_it() -> None:
    hourly = builders.snapshot()
    opened = Interval.D1.floor(hourly.as_of)
    candle = builders.candle(opened - Interval.D1.length)
    daily = replace(hourly, interval=Interval.D1, as_of=opened, candles=(candle,))
    told = variables_of(daily, question())
    assert (told["htf"], told["candles_csv_htf"]) == ("", "")


def test_in_a_position_its_levels_are_told_and_only_waiting_is_allowed() -> None:
    told = variables_of(builders.snapshot(position=builders.position()), question())
    assert str(told["position"]).startswith("side: long\nposition_entry: 40000")
    assert told["allowed_actions"] == ("FLAT",)


@pytest.mark.parametrize(("image_arm", "is_told"), [("none", True), ("ltf", False)])
def test_extremes_are_told_only_where_there_is_no_picture_to_read_them_off(
    image_arm: str, is_told: bool
) -> None:
    levels = str(variables_of(builders.snapshot(), question(image_arm=image_arm))["levels"])
    assert ("highest: " in levels) is is_told


@pytest.mark.parametrize("closes", [builders.walk(120, seed=seed) for seed in range(20)])
def test_the_chart_code_is_never_in_the_text(closes: list[int]) -> None:
    snapshot = builders.snapshot(candles=builders.candles(closes=closes))
    filled = render(SHIPPED.texts, variables_of(snapshot, question()))
    assert chart_code(snapshot.hash) not in filled.system + filled.user
    assert snapshot.hash not in filled.system + filled.user


def test_the_same_snapshot_is_told_the_same_way() -> None:
    first, second = (variables_of(builders.snapshot(), question()) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("changes", [{"horizon_bars": 0}, {"image_arm": ""}])
def test_a_question_that_makes_no_sense_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvariantError):
        question(**changes)
