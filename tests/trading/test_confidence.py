"""What a signal is worth: by arithmetic, by what was learned, and by the analyst's own word."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading import builders
from tests.trading.builders import NOW
from tests.trading.calibrations import ARM, LN2, drawn, fitted, weighted
from trading.analysis import Probabilities
from trading.calibration import ArmKey, Calibration, Coefficients, Method, Prior, TimeOuts
from trading.conditions import Conditions
from trading.confidence import Confidence, ConfidenceRules, Gate, assess, check_gate
from trading.costs import Costs
from trading.errors import InvariantError
from trading.reasons import Reason
from trading.rule_score import score
from trading.snapshot import MarketSnapshot

COSTS = Costs(Decimal("0.00055"), Decimal(2), Decimal(2))
MARKET = builders.snapshot_at_40000()
HOUR = timedelta(hours=1)


def _assess(
    calibration: Calibration | Prior | None = None,
    *,
    tp_first: int = 60,
    market: MarketSnapshot = MARKET,
    **signal: Any,
) -> Confidence:
    return assess(
        builders.signal(**signal),
        builders.long_analysis(probabilities=Probabilities(tp_first, 90 - tp_first, 10)),
        snapshot=market,
        costs=COSTS,
        calibration_of=lambda _: calibration or Prior(),
    )


def test_the_prior_of_a_two_to_one_trade_is_one_third() -> None:
    confidence = _assess()
    assert confidence.reward_risk == 2
    assert confidence.probability == Decimal(1) / 3
    assert confidence.probability_low == confidence.probability_high == confidence.probability
    assert confidence.cost_r == Decimal("0.15")
    assert confidence.break_even == Decimal("1.15") / 3
    assert (confidence.method, confidence.effective_labels) == (Method.PRIOR, 0)
    assert not confidence.is_calibrated


@given(target=st.integers(40_001, 80_000))
def test_a_driftless_price_loses_exactly_the_costs(target: int) -> None:
    confidence = _assess(take_profit=Decimal(target))
    assert confidence.expected_r == pytest.approx(-confidence.cost_r)
    assert confidence.probability < confidence.break_even


def test_the_analysts_word_is_kept_apart() -> None:
    modest, bold = _assess(tp_first=30), _assess(tp_first=80)
    assert modest.probability == bold.probability
    assert bold.stated_probability == Decimal("0.8")
    assert bold.stated_expected_r == Decimal("0.8") * 2 - Decimal("0.1") - Decimal("0.15")


def test_an_analyst_may_say_nothing() -> None:
    silent = builders.long_analysis(probabilities=None)
    confidence = assess(builders.signal(), silent, snapshot=MARKET, costs=COSTS)
    assert (confidence.stated_probability, confidence.stated_expected_r) == (None, None)


def test_a_fit_gives_the_chance_its_interval_and_what_it_earns() -> None:
    # Odds of 1:2 doubled; the draws leave them at 1:2 and make them 2:1, half and half.
    fit = fitted(
        coefficients=Coefficients(LN2, 0.0),
        draws=drawn(Coefficients(0.0, 0.0), Coefficients(2 * LN2, 0.0)),
    )
    confidence = _assess(fit)
    assert confidence.probability == Decimal("0.5")
    assert confidence.probability_low == Decimal("0.333333333")
    assert confidence.probability_high == Decimal("0.666666667")
    # 0.5 x 2 - 0.5 - 0.15, and the same at the lower end.
    assert confidence.expected_r == Decimal("0.35")
    assert confidence.expected_r_low == Decimal("-0.150000001")
    assert (confidence.method, confidence.effective_labels) == (Method.RIDGE_PLATT, 212)
    assert confidence.is_calibrated


def test_time_outs_that_were_measured_lose_what_they_lost() -> None:
    # Of the half that is no win three tenths time out at 0.1 R: p_sl 0.35, p_to 0.15.
    fit = replace(weighted(LN2), time_outs=TimeOuts(Decimal("0.3"), Decimal("0.1")))
    confidence = _assess(fit)
    assert confidence.expected_r == (
        Decimal("0.5") * 2
        - Decimal("0.35") * 1
        + Decimal("0.15") * Decimal("0.1")
        - Decimal("0.15")
    )
    assert confidence.miss_r == Decimal("0.67")
    assert confidence.break_even == Decimal("0.82") / Decimal("2.67")


@given(share=st.integers(0, 99), mean=st.integers(-100, 400), win=st.integers(-8, 8))
def test_at_break_even_a_trade_earns_nothing(share: int, mean: int, win: int) -> None:
    outs = TimeOuts(Decimal(share) / 100, Decimal(mean) / 100)
    confidence = _assess(replace(weighted(win / 4), time_outs=outs))
    above = confidence.probability > confidence.break_even
    assert above is (confidence.expected_r > 0)


def test_the_supplier_is_asked_for_the_arm_of_the_signal() -> None:
    asked: list[ArmKey] = []

    def calibration_of(arm: ArmKey) -> Prior:
        asked.append(arm)
        return Prior()

    assess(
        builders.signal(),
        builders.long_analysis(),
        snapshot=MARKET,
        costs=COSTS,
        calibration_of=calibration_of,
    )
    assert asked == [ARM]


def test_the_rules_move_the_chance_as_far_as_they_were_fitted() -> None:
    rising = replace(MARKET, indicators=replace(MARKET.indicators, ema_20=2.0, ema_50=1.0))
    plain, moved = (_assess(fit, market=rising) for fit in (weighted(), weighted(rules=6 * LN2)))
    # One of six readings speaks for it: six ln 2 double the odds once.
    assert plain.rule_score == moved.rule_score == score(builders.signal(), rising)
    assert moved.rule_score.value == Decimal(1) / 6
    assert (plain.probability, moved.probability) == (Decimal("0.333333333"), Decimal("0.5"))


@pytest.mark.parametrize(
    ("rate", "horizon", "cost_r"),
    [
        ("0.0001", 24 * HOUR, "0.18"),  # three settlements of 1 bp over a stop of 100 bps
        ("0.0001", 3 * HOUR, "0.15"),  # none within the horizon
        ("0.0001", None, "0.15"),  # nobody said how long
        ("-0.0001", 24 * HOUR, "0.15"),  # an income that is not counted
    ],
)
def test_funding_to_be_paid_is_a_cost(rate: str, horizon: timedelta | None, cost_r: str) -> None:
    market = Conditions(Decimal(rate), NOW + 4 * HOUR, 8 * HOUR, horizon=horizon)
    assert _assess(conditions=market).cost_r == Decimal(cost_r)


@pytest.mark.parametrize("gate", [Gate.PAPER, Gate.LIVE_MIN])
def test_a_gate_that_asks_for_no_edge_lets_an_unproven_signal_pass(gate: Gate) -> None:
    assert check_gate(_assess(), ConfidenceRules(gate=gate)) is None


def test_the_shadow_gate_sends_nothing() -> None:
    refused = check_gate(_assess(tp_first=90), ConfidenceRules(gate=Gate.SHADOW))
    assert refused is not None
    assert refused.reason is Reason.CONFIDENCE_SHADOW


def test_the_calibrated_gate_does_not_believe_the_analyst() -> None:
    refused = check_gate(_assess(tp_first=90), ConfidenceRules(gate=Gate.CALIBRATED))
    assert refused is not None
    assert refused.reason is Reason.CONFIDENCE_LOW
    assert "no calibration" in refused.detail


@pytest.mark.parametrize(("low", "passes"), [("0.05", True), ("0.049", False)])
def test_the_calibrated_gate_asks_for_the_edge_at_the_lower_end(low: str, passes: bool) -> None:
    promising = replace(_assess(weighted(LN2)), expected_r_low=Decimal(low))
    refused = check_gate(promising, ConfidenceRules(gate=Gate.CALIBRATED))
    assert promising.expected_r > 1 / Decimal(3)
    assert (refused is None) is passes
    if refused is not None:
        assert refused.reason is Reason.CONFIDENCE_LOW
        assert "0.049 R at the lower end" in refused.detail


@pytest.mark.parametrize(
    "changes",
    [
        {"minimum_expected_r": Decimal(0)},
        {"kelly_share": Decimal(0)},
        {"kelly_share": Decimal("1.1")},
    ],
)
def test_gates_that_would_ask_for_nothing_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvariantError, match=next(iter(changes))):
        ConfidenceRules(**changes)
