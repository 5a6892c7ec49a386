from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading import builders
from trading.analysis import Probabilities
from trading.confidence import (
    Confidence,
    ConfidenceRules,
    Gate,
    Method,
    assess,
    check_gate,
)
from trading.costs import Costs
from trading.reasons import Reason

COSTS = Costs(Decimal("0.00055"), Decimal(2), Decimal(2))


def _assess(take_profit: int = 40_800, tp_first: int = 60) -> Confidence:
    analysis = builders.long_analysis(probabilities=Probabilities(tp_first, 90 - tp_first, 10))
    return assess(builders.signal(take_profit=Decimal(take_profit)), analysis, COSTS)


def test_the_prior_of_a_two_to_one_trade_is_one_third() -> None:
    confidence = _assess()
    assert confidence.reward_risk == 2
    assert confidence.probability == Decimal(1) / 3
    assert confidence.cost_r == Decimal("0.15")
    assert confidence.break_even == Decimal("1.15") / 3
    assert confidence.method is Method.PRIOR
    assert not confidence.is_calibrated


@given(target=st.integers(40_001, 80_000))
def test_a_driftless_price_loses_exactly_the_costs(target: int) -> None:
    confidence = _assess(target)
    assert confidence.expected_r == pytest.approx(-confidence.cost_r)
    assert confidence.probability < confidence.break_even


def test_the_analysts_word_is_kept_apart() -> None:
    modest, bold = _assess(tp_first=30), _assess(tp_first=80)
    assert modest.probability == bold.probability
    assert bold.stated_probability == Decimal("0.8")
    assert bold.stated_expected_r == Decimal("0.8") * 2 - Decimal("0.1") - Decimal("0.15")


def test_an_analyst_may_say_nothing() -> None:
    confidence = assess(builders.signal(), builders.long_analysis(probabilities=None), COSTS)
    assert (confidence.stated_probability, confidence.stated_expected_r) == (None, None)


def test_the_paper_gate_lets_an_unproven_signal_pass() -> None:
    assert check_gate(_assess(), ConfidenceRules(gate=Gate.PAPER)) is None


def test_the_shadow_gate_sends_nothing() -> None:
    refused = check_gate(_assess(tp_first=90), ConfidenceRules(gate=Gate.SHADOW))
    assert refused is not None
    assert refused.reason is Reason.CONFIDENCE_SHADOW


def test_the_calibrated_gate_does_not_believe_the_analyst() -> None:
    refused = check_gate(_assess(tp_first=90), ConfidenceRules(gate=Gate.CALIBRATED))
    assert refused is not None
    assert refused.reason is Reason.CONFIDENCE_LOW
    assert "no calibration" in refused.detail


@pytest.mark.parametrize(("expected", "passes"), [("0.05", True), ("0.049", False)])
def test_the_calibrated_gate_asks_for_the_minimum_edge(expected: str, passes: bool) -> None:
    fitted = replace(_assess(), method=Method.CALIBRATED, expected_r=Decimal(expected))
    refused = check_gate(fitted, ConfidenceRules(gate=Gate.CALIBRATED))
    assert (refused is None) is passes
