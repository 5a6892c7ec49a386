"""How likely a signal is to pay, kept apart: what outcomes say and what the analyst says.

Formulas of analysis.md §3.7. The analyst's word counts only as far as a calibration to labelled
outcomes carries it.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from trading.analysis import Analysis
from trading.calibration import ArmKey, Calibrations, Method, no_calibration
from trading.chances import Chance, Forecast, calibrated
from trading.checks import require, require_fraction, require_positive
from trading.costs import Costs
from trading.reasons import Reason, Refused
from trading.rule_score import RuleScore, score
from trading.signals import Signal
from trading.snapshot import MarketSnapshot


class Gate(StrEnum):
    """What a confidence must show before an order is sent."""

    SHADOW = "shadow"
    PAPER = "paper"
    CALIBRATED = "calibrated"
    LIVE_MIN = "live_min"
    """Nothing, as PAPER, but every order is the smallest the exchange takes."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """The chances of a signal; probabilities 0..1, results in R (1 R = the way to the stop).

    `probability` (p_cal) is the market-neutral prior until a calibration exists, `probability_low`
    and `probability_high` its 80 % interval. `expected_r` (EV_R) is at the first, `expected_r_low`
    at the lower end. `cost_r` is fees, slippage and funding to pay; `miss_r` what is lost before
    costs where the target is not met. `stated_probability` is the analyst's own word, uncalibrated
    and never used for size; None if it said nothing.
    """

    reward_risk: Decimal
    cost_r: Decimal
    miss_r: Decimal
    break_even: Decimal
    probability: Decimal
    probability_low: Decimal
    probability_high: Decimal
    effective_labels: Decimal
    method: Method
    expected_r: Decimal
    expected_r_low: Decimal
    stated_probability: Decimal | None
    stated_expected_r: Decimal | None
    rule_score: RuleScore

    @property
    def is_calibrated(self) -> bool:
        """Whether the probability was fitted to outcomes; the prior was not."""
        return self.method is not Method.PRIOR


@dataclass(frozen=True, slots=True)
class ConfidenceRules:
    """Which gate is in force, the least R it asks for, and how much of Kelly's stake it takes.

    Both count for the calibrated gate: `minimum_expected_r` at the lower end of the interval,
    `kelly_share` (kappa) as the fraction of the full Kelly stake.
    """

    gate: Gate = Gate.PAPER
    minimum_expected_r: Decimal = Decimal("0.05")
    kelly_share: Decimal = Decimal("0.25")

    def __post_init__(self) -> None:
        require_positive("minimum_expected_r", self.minimum_expected_r)
        require_fraction("kelly_share", self.kelly_share)
        require(self.kelly_share > 0, "kelly_share is 0; a gate that stakes nothing is shadow")


def assess(
    signal: Signal,
    analysis: Analysis,
    *,
    snapshot: MarketSnapshot,
    costs: Costs,
    calibration_of: Calibrations = no_calibration,
) -> Confidence:
    """What the signal is worth by the calibration of its arm, and if the analyst were right."""
    rules = score(signal, snapshot)
    forecast = Forecast(
        arm=ArmKey(signal.analyst, snapshot.interval, signal.direction),
        reward_risk=signal.reward_risk,
        stated=_stated(analysis),
        rule_score=rules.value,
    )
    chance = calibrated(calibration_of(forecast.arm), forecast)
    return _confidence(forecast, chance, _cost_r(signal, costs), rules, analysis)


def check_gate(confidence: Confidence, rules: ConfidenceRules) -> Refused | None:
    """None if an order may follow. PAPER and LIVE_MIN leave every signal to the hard rules."""
    match rules.gate:
        case Gate.PAPER | Gate.LIVE_MIN:
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
    if confidence.expected_r_low < rules.minimum_expected_r:
        return Refused(
            Reason.CONFIDENCE_LOW,
            f"expects {confidence.expected_r_low:.3f} R at the lower end of its interval, at "
            f"least {rules.minimum_expected_r} needed",
        )
    return None


@dataclass(frozen=True, slots=True)
class _Odds:
    """What a trade earns at its target and loses without, in R."""

    reward_risk: Decimal
    miss_r: Decimal
    cost_r: Decimal

    def expected_r(self, win: Decimal) -> Decimal:
        """EV_R = p_tp x rr - p_sl + p_to x E[R|timeout] - c_R for p_tp = `win`.

        Only p_tp is calibrated: p_sl and p_to share the rest as measured, which makes `miss_r`.
        """
        return win * self.reward_risk - (1 - win) * self.miss_r - self.cost_r

    @property
    def break_even(self) -> Decimal:
        """p_tp at which EV_R is 0: (1 + c_R) / (1 + rr) where every miss is a stop."""
        return (self.miss_r + self.cost_r) / (self.miss_r + self.reward_risk)


def _confidence(
    forecast: Forecast, chance: Chance, cost_r: Decimal, rules: RuleScore, analysis: Analysis
) -> Confidence:
    reward_risk = forecast.reward_risk
    odds = _Odds(reward_risk, chance.time_outs.loss_r(reward_risk), cost_r)
    return Confidence(
        reward_risk=reward_risk,
        cost_r=cost_r,
        miss_r=odds.miss_r,
        break_even=odds.break_even,
        probability=chance.probability,
        probability_low=chance.low,
        probability_high=chance.high,
        effective_labels=chance.effective_labels,
        method=chance.method,
        expected_r=odds.expected_r(chance.probability),
        expected_r_low=odds.expected_r(chance.low),
        stated_probability=forecast.stated,
        stated_expected_r=_stated_expected_r(analysis, odds),
        rule_score=rules,
    )


def _cost_r(signal: Signal, costs: Costs) -> Decimal:
    """Fees, slippage and expected funding in R.

    Funding counts where it is paid, not where it is received: the rate is known for the next
    settlement only, and an income that may not come is no reason to trade.
    """
    traded = costs.in_r(signal.entry_price, signal.stop_loss)
    market = signal.conditions
    if market is None or market.horizon is None:
        return traded
    until = signal.created_at + market.horizon
    paid = market.funding_fraction(signal.direction, since=signal.created_at, until=until)
    return traded + max(paid, Decimal(0)) * signal.entry_price / signal.risk_per_unit


def _stated(analysis: Analysis) -> Decimal | None:
    said = analysis.probabilities
    return None if said is None else Decimal(said.tp_first) / 100


def _stated_expected_r(analysis: Analysis, odds: _Odds) -> Decimal | None:
    """EV_R if the analyst's own chances were right; a time-out counts as 0 R."""
    said = analysis.probabilities
    if said is None:
        return None
    return (said.tp_first * odds.reward_risk - said.sl_first) / 100 - odds.cost_r
