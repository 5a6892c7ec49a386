"""The chance that a trade meets its target before its stop, with how sure that is.

The calibrator of analysis.md §3.7, in log-odds:

    logit p = o + a0 + a_arm + b * (logit c_model - m) + g * s_rule

o = logit(1 / (1 + reward/risk)) is the market-neutral prior, c_model the analyst's word and
s_rule the soft score. Logarithms are float64 in here only; chances go in and out as Decimal.
"""

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

import numpy as np

from trading.calibration import (
    ALL_STOPPED,
    ArmKey,
    Calibration,
    Coefficients,
    Method,
    Prior,
    TimeOuts,
)
from trading.checks import require, require_fraction, require_positive

_LOWER, _UPPER = 0.1, 0.9
_DECIMALS = 9
_SUREST = Decimal("0.99")


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is known of a trade before its outcome.

    `reward_risk` at executable prices before costs, `stated` the analyst's word (0..1) or None,
    `rule_score` -1..1.
    """

    arm: ArmKey
    reward_risk: Decimal
    stated: Decimal | None
    rule_score: Decimal

    def __post_init__(self) -> None:
        require_positive("reward_risk", self.reward_risk)
        require(-1 <= self.rule_score <= 1, f"rule_score is {self.rule_score}; it is -1..1")
        if self.stated is not None:
            require_fraction("stated probability", self.stated)


@dataclass(frozen=True, slots=True)
class Chance:
    """P(target before stop) 0..1 with its 80 % interval, which always holds it.

    The interval of the prior is the prior itself, with 0 effective labels: nothing was measured.
    """

    probability: Decimal
    low: Decimal
    high: Decimal
    effective_labels: Decimal
    method: Method
    time_outs: TimeOuts = ALL_STOPPED


def calibrated(calibration: Calibration | Prior, forecast: Forecast) -> Chance:
    """The chance of `forecast` by what labels taught, or the prior.

    A fit that leans on the analyst's word says nothing where none was given: the prior stands.
    Raises InvariantError for the calibration of another arm.
    """
    match calibration:
        case Prior():
            return _prior(forecast)
        case Calibration():
            require(
                calibration.arm == forecast.arm,
                f"calibration of {calibration.arm} used for {forecast.arm}",
            )
            if calibration.method is Method.RIDGE_PLATT and forecast.stated is None:
                return _prior(forecast)
            return _fitted(calibration, forecast)
        case _:  # pragma: no cover
            assert_never(calibration)


def _prior(forecast: Forecast) -> Chance:
    driftless = 1 / (1 + forecast.reward_risk)
    return Chance(driftless, driftless, driftless, Decimal(0), Method.PRIOR)


def _fitted(calibration: Calibration, forecast: Forecast) -> Chance:
    probability = _probability(calibration.coefficients, calibration, forecast)
    drawn = [_probability(draw, calibration, forecast) for draw in calibration.draws]
    low, high = np.quantile(drawn, (_LOWER, _UPPER))
    return Chance(
        probability=_decimal(probability),
        low=_decimal(min(float(low), probability)),
        high=_decimal(max(float(high), probability)),
        effective_labels=calibration.effective_labels,
        method=calibration.method,
        time_outs=calibration.time_outs,
    )


def _probability(weights: Coefficients, calibration: Calibration, forecast: Forecast) -> float:
    odds = -math.log(forecast.reward_risk) + weights.base + weights.arm
    odds += weights.rules * float(forecast.rule_score)
    if forecast.stated is not None:
        odds += weights.stated * (_logit(forecast.stated) - calibration.stated_center)
    # The logistic function, written so that no size of odds overflows.
    return 0.5 * (1 + math.tanh(odds / 2))


def _logit(stated: Decimal) -> float:
    # Certainty has no log-odds: 0 and 100 % are taken for 1 and 99 %.
    word = float(min(max(stated, 1 - _SUREST), _SUREST))
    return math.log(word / (1 - word))


def _decimal(probability: float) -> Decimal:
    # Nine digits: the last bits of a logarithm differ between processors, a replay must not.
    return Decimal(f"{probability:.{_DECIMALS}f}")
