"""The stake of an edge: a quarter of Kelly's at the lower end, never above the limit per trade."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading import builders
from tests.trading.calibrations import weighted
from trading.calibration import Method
from trading.confidence import Confidence, ConfidenceRules, Gate, assess
from trading.costs import Costs
from trading.errors import InvariantError
from trading.kelly import kelly_fraction, staked
from trading.limits import RiskLimits, RiskPolicy

CALIBRATED = ConfidenceRules(gate=Gate.CALIBRATED)
SURE = assess(
    builders.signal(),
    builders.long_analysis(),
    snapshot=builders.snapshot_at_40000(),
    costs=Costs(Decimal(0), Decimal(0), Decimal(0)),
    calibration_of=lambda _: weighted(),
)


def worth(low: str, *, reward_risk: str = "2", cost_r: str = "0") -> Confidence:
    """A fitted confidence whose lower end is `low`; every miss costs 1 R."""
    win, odds, cost = Decimal(low), Decimal(reward_risk), Decimal(cost_r)
    return replace(
        SURE,
        reward_risk=odds,
        cost_r=cost,
        probability_low=win,
        expected_r_low=win * odds - (1 - win) - cost,
    )


@pytest.mark.parametrize(
    ("confidence", "fraction"),
    [
        (worth("0.5"), "0.25"),  # 0.5 - 0.5 / 2
        (worth("0.6", reward_risk="1"), "0.2"),  # even odds: p - q
        (worth("0.5", reward_risk="1.5"), "0.1666666667"),
        # Costs of a quarter R: 0.5 - 0.5 x 1.25 / 1.75.
        (worth("0.5", cost_r="0.25"), "0.1428571429"),
        (worth("0.3333333"), "0"),
        (worth("0.1"), "0"),
        (worth("0.9", reward_risk="1", cost_r="1"), "0"),  # costs take the whole target
    ],
)
def test_the_full_stake_is_the_edge_over_the_odds(confidence: Confidence, fraction: str) -> None:
    assert kelly_fraction(confidence) == pytest.approx(Decimal(fraction), abs=Decimal("1e-9"))


@given(win=st.integers(1, 99), odds=st.integers(10, 500), cost=st.integers(0, 50))
def test_it_is_kellys_formula_with_costs_in_both_ends(win: int, odds: int, cost: int) -> None:
    p, rr, c = Decimal(win) / 100, Decimal(odds) / 100, Decimal(cost) / 100
    earned_per_lost = (rr - c) / (1 + c)
    confidence = worth(str(p), reward_risk=str(rr), cost_r=str(c))
    textbook = p - (1 - p) / earned_per_lost if earned_per_lost > 0 else Decimal(0)
    assert kelly_fraction(confidence) == pytest.approx(max(textbook, Decimal(0)))


@pytest.mark.parametrize(
    ("low", "limit", "risked"),
    [
        ("0.35", "0.01", "0.00625"),  # a quarter of 0.025
        ("0.5", "0.01", "0.01"),  # a quarter of 0.25 is more than the limit
    ],
)
def test_a_quarter_of_it_is_risked_and_never_more_than_the_limit(
    low: str, limit: str, risked: str
) -> None:
    policy = RiskPolicy(RiskLimits(risk_fraction_per_trade=Decimal(limit)))
    expected = replace(policy.limits, risk_fraction_per_trade=Decimal(risked))
    assert staked(policy, worth(low), CALIBRATED) == replace(policy, limits=expected)


def test_a_smaller_share_stakes_less() -> None:
    careful = replace(CALIBRATED, kelly_share=Decimal("0.1"))
    limits = staked(RiskPolicy(), worth("0.35"), careful).limits
    assert limits.risk_fraction_per_trade == Decimal("0.0025")


@pytest.mark.parametrize("gate", sorted(set(Gate) - {Gate.CALIBRATED}))
def test_elsewhere_the_limit_stands_alone(gate: Gate) -> None:
    policy = RiskPolicy()
    assert staked(policy, worth("0.35"), ConfidenceRules(gate=gate)) is policy


def test_a_trade_without_a_confidence_is_sized_by_the_limit() -> None:
    policy = RiskPolicy()
    assert staked(policy, None, CALIBRATED) is policy


@pytest.mark.parametrize("confidence", [worth("0.1"), replace(worth("0.5"), method=Method.PRIOR)])
def test_what_the_gate_refuses_is_never_sized(confidence: Confidence) -> None:
    with pytest.raises(InvariantError, match="check_gate refuses it first"):
        staked(RiskPolicy(), confidence, CALIBRATED)


def test_the_analysts_word_alone_moves_no_stake() -> None:
    def uncalibrated(said: str) -> Confidence:
        return replace(SURE, stated_probability=Decimal(said), method=Method.PRIOR)

    assert kelly_fraction(uncalibrated("0.1")) == kelly_fraction(uncalibrated("0.9"))
