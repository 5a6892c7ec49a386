"""How much of the equity a measured edge is worth: a part of Kelly's stake, below the limit."""

from dataclasses import replace
from decimal import Decimal

from trading.checks import require
from trading.confidence import Confidence, ConfidenceRules, Gate
from trading.limits import RiskPolicy


def kelly_fraction(confidence: Confidence) -> Decimal:
    """The fraction of equity to risk at the stop that grows fastest; 0 without an edge.

    Edge over odds at the lower end of the interval: EV_R(p_lo) / (rr - c_R), which for trades that
    end at their target or stop is p - (1 - p) / W with W = (rr - c_R) / (1 + c_R) earned per USDT
    lost (J. L. Kelly, A New Interpretation of Information Rate, 1956).
    """
    odds = confidence.reward_risk - confidence.cost_r
    if odds <= 0 or confidence.expected_r_low <= 0:
        return Decimal(0)
    return confidence.expected_r_low / odds


def staked(
    policy: RiskPolicy, confidence: Confidence | None, rules: ConfidenceRules
) -> RiskPolicy:
    """`policy` with no more at risk than `rules.kelly_share` of Kelly's stake.

    Only behind the calibrated gate, which asks for a measured edge first; elsewhere, and never by
    the analyst's own word, the limit per trade stands alone.
    """
    if rules.gate is not Gate.CALIBRATED or confidence is None:
        return policy
    stake = rules.kelly_share * kelly_fraction(confidence)
    require(
        confidence.is_calibrated and stake > 0,
        f"a trade of {confidence.method} expecting {confidence.expected_r_low} R has no stake; "
        "check_gate refuses it first",
    )
    limits = policy.limits
    risked = min(limits.risk_fraction_per_trade, stake)
    return replace(policy, limits=replace(limits, risk_fraction_per_trade=risked))
