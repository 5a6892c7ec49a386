"""The calibrator against numbers worked out by hand: with ln 2 and ln 4 odds stay fractions."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading.calibrations import ARM, LN2, drawn, fitted, forecast, weighted
from trading.calibration import ArmKey, Calibration, Coefficients, Method, Prior, TimeOuts
from trading.candles import Interval
from trading.chances import Chance, calibrated
from trading.errors import InvariantError
from trading.positions import Direction

THIRD = Decimal("0.333333333")


def test_the_prior_is_its_own_interval_and_rests_on_nothing() -> None:
    third = Decimal(1) / 3
    bold = forecast(stated=Decimal("0.99"), rule_score=Decimal(1))
    assert calibrated(Prior(), bold) == Chance(third, third, third, Decimal(0), Method.PRIOR)


@pytest.mark.parametrize(
    ("fit", "known", "probability"),
    [
        # o = -ln 2 at two to one: odds 1:2.
        (weighted(), {}, THIRD),
        # a0 + a_arm = ln 2 double the odds to 1:1.
        (weighted(LN2 / 2, LN2 / 2), {}, Decimal("0.5")),
        (weighted(-LN2, 0), {}, Decimal("0.2")),
        # A word of 80 % has odds of 4:1; with b = 1 they make 1:2 into 2:1, with b = 1/2 into 1:1.
        (weighted(stated=1), {"stated": Decimal("0.8")}, Decimal("0.666666667")),
        (weighted(stated=0.5), {"stated": Decimal("0.8")}, Decimal("0.5")),
        (weighted(stated=1), {"stated": Decimal("0.2")}, Decimal("0.111111111")),
        # g = ln 2: full agreement doubles the odds, full disagreement halves them.
        (weighted(rules=LN2), {"rule_score": Decimal(1)}, Decimal("0.5")),
        (weighted(rules=LN2), {"rule_score": Decimal(-1)}, Decimal("0.2")),
        # All terms: -ln 2 + ln 2 + ln 4 + ln 2 / 2 * 0 = ln 4.
        (weighted(LN2, stated=1, rules=LN2 / 2), {"stated": Decimal("0.8")}, Decimal("0.8")),
        # Another way to the target: o = -ln 4.
        (weighted(), {"reward_risk": Decimal(4)}, Decimal("0.2")),
    ],
)
def test_the_chance_is_the_one_worked_out_by_hand(
    fit: Calibration, known: dict[str, Any], probability: Decimal
) -> None:
    chance = calibrated(fit, forecast(**known))
    assert (chance.low, chance.probability, chance.high) == (probability,) * 3


def test_a_word_counts_by_how_far_it_is_from_the_usual_word() -> None:
    both = Coefficients(0.0, 0.0, stated=1.0)
    usual = fitted(coefficients=both, draws=drawn(both), stated_center=2 * LN2)
    assert calibrated(usual, forecast(stated=Decimal("0.8"))).probability == THIRD


@pytest.mark.parametrize(("said", "taken_for"), [("0", "0.01"), ("1", "0.99")])
def test_certainty_is_taken_for_nearly_so(said: str, taken_for: str) -> None:
    fit = weighted(stated=1)
    assert calibrated(fit, forecast(stated=Decimal(said))) == calibrated(
        fit, forecast(stated=Decimal(taken_for))
    )


def test_eight_of_ten_draws_lie_within_the_interval() -> None:
    spread = tuple(Coefficients(LN2 + (step - 50) / 50, 0.0) for step in range(101))
    chance = calibrated(fitted(coefficients=Coefficients(LN2, 0.0), draws=spread), forecast())
    # The 10th and 90th of 101 draws: odds of e^-0.8 and e^0.8.
    assert chance.low == Decimal("0.310025519")
    assert chance.probability == Decimal("0.5")
    assert chance.high == Decimal("0.689974481")
    assert (chance.effective_labels, chance.method) == (212, Method.RIDGE_PLATT)


@pytest.mark.parametrize(("shift", "low", "high"), [(LN2, "0.5", "0.5"), (0.0, None, "0.5")])
def test_the_interval_holds_the_estimate(shift: float, low: str | None, high: str) -> None:
    lopsided = fitted(coefficients=Coefficients(LN2, 0.0), draws=drawn(Coefficients(shift, 0.0)))
    chance = calibrated(lopsided, forecast())
    assert (chance.low, chance.high) == (Decimal(low) if low else THIRD, Decimal(high))


def test_a_fit_that_leans_on_a_word_leaves_silence_to_the_prior() -> None:
    silent = forecast(stated=None)
    assert calibrated(weighted(LN2, stated=1), silent) == calibrated(Prior(), silent)


def test_an_intercept_needs_no_word() -> None:
    moved = Coefficients(LN2, 0.0)
    fit = fitted(method=Method.INTERCEPT, coefficients=moved, draws=drawn(moved))
    assert calibrated(fit, forecast(stated=None)).probability == Decimal("0.5")
    assert calibrated(fit, forecast(stated=Decimal("0.9"))).probability == Decimal("0.5")


def test_what_became_of_time_outs_goes_along() -> None:
    measured = TimeOuts(Decimal("0.3"), Decimal("0.1"))
    assert calibrated(fitted(time_outs=measured), forecast()).time_outs == measured


@pytest.mark.parametrize(
    "other",
    [
        ArmKey("someone 2", Interval.H1, Direction.LONG),
        ArmKey("someone 1", Interval.H4, Direction.LONG),
        ArmKey("someone 1", Interval.H1, Direction.SHORT),
    ],
)
def test_what_another_arm_learned_is_not_used(other: ArmKey) -> None:
    with pytest.raises(InvariantError, match="someone 1"):
        calibrated(fitted(arm=other), forecast(arm=ARM))


@given(
    reward_risk=st.decimals("0.01", "100", places=2),
    stated=st.integers(0, 100),
    rules=st.decimals(-1, 1, places=3),
    weights=st.tuples(*[st.floats(-1000, 1000)] * 2, *[st.floats(0, 1000)] * 2),
)
def test_whatever_was_fitted_a_chance_is_a_fraction_within_its_interval(
    reward_risk: Decimal,
    stated: int,
    rules: Decimal,
    weights: tuple[float, float, float, float],
) -> None:
    fit = fitted(coefficients=Coefficients(*weights))
    known = forecast(reward_risk=reward_risk, stated=Decimal(stated) / 100, rule_score=rules)
    chance = calibrated(fit, known)
    assert 0 <= chance.low <= chance.probability <= chance.high <= 1


@given(low=st.integers(1, 98), more=st.integers(1, 50))
def test_a_bolder_word_never_lowers_the_chance(low: int, more: int) -> None:
    fit = weighted(stated=0.7)
    modest, bold = (
        calibrated(fit, forecast(stated=Decimal(min(said, 99)) / 100))
        for said in (low, low + more)
    )
    assert modest.probability <= bold.probability


@pytest.mark.parametrize(
    "changes",
    [
        {"reward_risk": Decimal(0)},
        {"stated": Decimal("1.01")},
        {"rule_score": Decimal("-1.01")},
    ],
)
def test_impossible_forecasts_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvariantError, match=next(iter(changes))):
        forecast(**changes)
