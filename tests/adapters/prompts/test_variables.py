"""What a prompt is told about one snapshot."""

from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

import pytest

from adapters.chart_image import chart_code
from adapters.prompts.rendering import render
from adapters.prompts.variables import RISK_LIMITS, VARIABLES, Question, variables_of
from config.prompts import first_prompts
from tasks.charts import chart_inputs
from tests.trading import builders
from trading.arms import USUAL, Arm, ImageArm, Mask
from trading.candles import Interval
from trading.canonical import plain as spelled
from trading.costs import Costs
from trading.errors import InvariantError
from trading.limits import RiskLimits
from trading.prompt_tables import without_extremes
from trading.signals import SignalRules
from trading.snapshot_facts import facts_of

(SHIPPED,) = first_prompts()
MASKED = [Arm(pictures, Mask.ANONYMISED) for pictures in (ImageArm.LTF, ImageArm.LTF_HTF)]


def question(**changes: Any) -> Question:
    fields: dict[str, Any] = {
        "signals": SignalRules(),
        "limits": RiskLimits(minimum_reward_risk=Decimal("1.20")),
        "costs": Costs(Decimal("0.0006"), Decimal(2), Decimal(5)),
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
        "max_rr": "12",
        "min_stop_atr": "1",
        "max_stop_atr": "4",
        "max_leverage": "3",
    }


@pytest.mark.parametrize(("limit", "told"), [("0.25", "0.5"), ("0.5", "0.5"), ("2", "2")])
def test_the_nearest_stop_that_is_told_passes_both_who_check_it(limit: str, told: str) -> None:
    limits = RiskLimits(minimum_stop_atr=Decimal(limit))
    variables = variables_of(builders.snapshot(), question(limits=limits))
    assert cast("dict[str, str]", variables["risk_limits"])["min_stop_atr"] == told


def test_sixty_candles_are_told_and_thirty_of_the_higher_timeframe() -> None:
    told = variables_of(builders.snapshot(candles=builders.candles(240)), question())
    low, high = str(told["candles_csv_ltf"]), str(told["candles_csv_htf"])
    assert (len(low.splitlines()), len(high.splitlines())) == (61, 31)
    assert (low.splitlines()[-1][:6], high.splitlines()[-1][:6]) == ("11:00,", "08:00,")


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


@pytest.mark.parametrize(("pictures", "is_told"), [(p, p is ImageArm.NONE) for p in ImageArm])
def test_extremes_are_told_only_where_there_is_no_picture_to_read_them_off(
    pictures: ImageArm, is_told: bool
) -> None:
    levels = str(variables_of(builders.snapshot(), question(), Arm(pictures))["levels"])
    assert ("highest: " in levels) is is_told


@pytest.mark.parametrize("arm", [USUAL, Arm(ImageArm.LTF_HTF), *MASKED], ids=str)
@pytest.mark.parametrize("seed", range(20))
def test_the_chart_codes_are_never_in_the_text(seed: int, arm: Arm) -> None:
    snapshot = builders.snapshot(candles=builders.candles(closes=builders.walk(120, seed=seed)))
    filled = render(SHIPPED.texts, variables_of(snapshot, question(), arm))

    codes = [chart_code(chart.seed) for chart in chart_inputs(snapshot, arm)]
    told = [one for one in (*codes, snapshot.hash) if one in filled.system + filled.user]
    assert (len(codes), told) == (2 if arm.pictures is ImageArm.LTF_HTF else 1, [])


@pytest.mark.parametrize("arm", MASKED, ids=str)
def test_masked_words_do_not_tell_the_market(arm: Arm) -> None:
    seen = builders.snapshot(candles=builders.candles(240), position=builders.position())
    news = question(news=("BTC rises on 10 January",))

    plain, hidden = (
        "\n".join((filled.system, filled.user))
        for filled in (
            render(SHIPPED.texts, variables_of(seen, news, one)) for one in (USUAL, arm)
        )
    )

    numbers = [
        spelled(value) for value in without_extremes(facts_of(seen)).values() if value > 999
    ]
    assert all(number in plain for number in numbers)
    given_away = [*numbers, "BTC", "2024", "01-10", "January", chart_code(seen.hash)]
    assert [word for word in given_away if word in hidden] == []
    assert "Market: Market, 1h candles, last one closed at a moment that is not told." in hidden


def test_undated_candles_are_counted_as_on_the_picture() -> None:
    seen = builders.snapshot(candles=builders.candles(240))
    told = variables_of(seen, question(), MASKED[0])

    head, *rows = str(told["candles_csv_ltf"]).splitlines()
    assert head == "bar,open,high,low,close,volume"
    assert [row.partition(",")[0] for row in rows] == [str(age) for age in range(-59, 1)]
    assert str(told["candles_csv_htf"]).splitlines()[-1].startswith("0,")


def test_the_same_snapshot_is_told_the_same_way() -> None:
    first, second = (variables_of(builders.snapshot(), question()) for _ in range(2))
    assert first == second


def test_a_forecast_over_no_bars_is_refused() -> None:
    with pytest.raises(InvariantError, match="forecast over 0 bars"):
        question(horizon_bars=0)
