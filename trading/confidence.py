"""How likely a signal is to pay, kept apart: what arithmetic says and what the analyst says.

Formulas of analysis.md §3.7. There is no calibration yet, so nothing here claims that the
analyst's word means anything.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from trading.analysis import Analysis
from trading.costs import Costs
from trading.reasons import Reason, Refused
from trading.signals import Signal


class Method(StrEnum):
    """What a probability rests on: arithmetic alone, or a fit to labelled outcomes."""

    PRIOR = "prior"
    CALIBRATED = "calibrated"


class Gate(StrEnum):
    """What a confidence must show before an order is sent."""

    SHADOW = "shadow"
    PAPER = "paper"
    CALIBRATED = "calibrated"


@dataclass(frozen=True, slots=True)
class Confidence:
    """The chances of a signal; probabilities 0..1, EV in R (1 R = the loss at the stop).

    `probability` is the market-neutral prior until a calibration exists. `stated_probability` is
    the analyst's own word, uncalibrated and never used for size; None if it said nothing.
    """

    reward_risk: Decimal
    cost_r: Decimal
    break_even: Decimal
    probability: Decimal
    expected_r: Decimal
    method: Method
    stated_probability: Decimal | None
    stated_expected_r: Decimal | None

    @property
    def is_calibrated(self) -> bool:
        """Whether the probability was fitted to outcomes; the prior was not."""
        return self.method is Method.CALIBRATED


@dataclass(frozen=True, slots=True)
class ConfidenceRules:
    """Which gate is in force and the least expected R the calibrated gate lets pass."""

    gate: Gate = Gate.PAPER
    minimum_expected_r: Decimal = Decimal("0.05")


def assess(signal: Signal, analysis: Analysis, costs: Costs) -> Confidence:
    """What the levels alone are worth, and what they would be worth if the analyst were right.

    The prior is the chance of a driftless price to meet the target first, 1 / (1 + reward/risk).
    The time-out of a stated forecast counts as 0 R.
    """
    reward_risk = signal.reward_risk
    cost_r = costs.in_r(signal.entry_price, signal.stop_loss)
    prior = 1 / (1 + reward_risk)
    stated, stated_expected = _stated(analysis, reward_risk, cost_r)
    return Confidence(
        reward_risk=reward_risk,
        cost_r=cost_r,
        break_even=(1 + cost_r) / (1 + reward_risk),
        probability=prior,
        expected_r=prior * reward_risk - (1 - prior) - cost_r,
        method=Method.PRIOR,
        stated_probability=stated,
        stated_expected_r=stated_expected,
    )


def check_gate(confidence: Confidence, rules: ConfidenceRules) -> Refused | None:
    """None if an order may follow. PAPER lets every signal pass that met the hard rules."""
    match rules.gate:
        case Gate.PAPER:
            return None
        case Gate.SHADOW:
            return Refused(Reason.CONFIDENCE_SHADOW, "shadow mode records and sends nothing")
        case Gate.CALIBRATED:
            return _check_edge(confidence, rules)
        case _:  # pragma: no cover
            assert_never(rules.gate)


def _check_edge(confidence: Confidence, rules: ConfidenceRules) -> Refused | None:
    if not confidence.is_calibrated:
        return Refused(
            Reason.CONFIDENCE_LOW,
            "no calibration: the edge is unknown, only the market-neutral prior "
            f"({confidence.expected_r:.3f} R)",
        )
    if confidence.expected_r < rules.minimum_expected_r:
        return Refused(
            Reason.CONFIDENCE_LOW,
            f"expects {confidence.expected_r:.3f} R, at least {rules.minimum_expected_r} needed",
        )
    return None


def _stated(
    analysis: Analysis, reward_risk: Decimal, cost_r: Decimal
) -> tuple[Decimal | None, Decimal | None]:
    if analysis.probabilities is None:
        return None, None
    win = Decimal(analysis.probabilities.tp_first) / 100
    loss = Decimal(analysis.probabilities.sl_first) / 100
    return win, win * reward_risk - loss - cost_r
