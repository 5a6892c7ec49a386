"""How sure a Sharpe ratio is: its probability, its discount for searching, the record it needs.

Sources: Bailey and Lopez de Prado, "The Sharpe Ratio Efficient Frontier", Journal of Risk 15 (2),
2012 (PSR eq. 11, MinTRL eq. 13) and "The Deflated Sharpe Ratio", Journal of Portfolio Management
40 (5), 2014 (eq. 1 and 2). Sharpe ratios here are those of one observation, never annualised;
kurtosis is the full one, 3 for a normal distribution. All of them take observations as
independent, so that they are a floor of doubt where days hang together.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from trading.checks import require
from trading.metrics import returns as of_returns
from trading.metrics.columns import Floats
from trading.metrics.figures import finite

_NORMAL = NormalDist()
_EULER_MASCHERONI = float(np.euler_gamma)
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class SharpeSample:
    """A Sharpe ratio per observation with what its standard error depends on."""

    sharpe: float
    observations: int
    skewness: float = 0.0
    kurtosis: float = 3.0

    def __post_init__(self) -> None:
        require(self.observations >= 2, f"{self.observations} observations; two are the least")
        require(
            math.isfinite(self.sharpe) and math.isfinite(self.skewness),
            f"a Sharpe ratio of {self.sharpe} with skewness {self.skewness}; both must be numbers",
        )
        require(
            math.isfinite(self.kurtosis)
            and self.kurtosis * (1 + _ROUNDING) >= 1 + self.skewness**2,
            f"kurtosis {self.kurtosis} with skewness {self.skewness}; at least "
            "1 + skewness² is possible (give the full kurtosis, 3 for a normal distribution)",
        )

    @property
    def spread(self) -> float:
        """Standard error of the Sharpe ratio times the root of (observations - 1)."""
        tails = (self.kurtosis - 1) / 4 * self.sharpe**2
        return math.sqrt(max(0.0, 1 - self.skewness * self.sharpe + tails))


@dataclass(frozen=True, slots=True)
class Trials:
    """How many strategies were tried, and the variance of their Sharpe ratios per observation."""

    count: int
    sharpe_variance: float

    def __post_init__(self) -> None:
        require(self.count >= 1, f"{self.count} trials; one is the least")
        require(
            math.isfinite(self.sharpe_variance) and self.sharpe_variance >= 0,
            f"a variance of {self.sharpe_variance}; it must be a number, at least 0",
        )


def sharpe_sample(returns: Floats) -> SharpeSample | None:
    """The sample behind daily or trade returns, shape (n,); None if they have no spread."""
    skewness, kurtosis = of_returns.skewness(returns), of_returns.kurtosis(returns)
    if skewness is None or kurtosis is None:
        return None
    sharpe = float(returns.mean() / np.std(returns, ddof=1))
    return SharpeSample(sharpe, len(returns), skewness, kurtosis)


def probabilistic_sharpe(sample: SharpeSample, *, benchmark: float = 0.0) -> float:
    """Probability (0..1) that the true Sharpe ratio is above `benchmark` (2012, eq. 11)."""
    excess = (sample.sharpe - benchmark) * math.sqrt(sample.observations - 1)
    if sample.spread == 0:
        return 0.5 if excess == 0 else float(excess > 0)
    return _NORMAL.cdf(excess / sample.spread)


def expected_maximum(trials: float) -> float:
    """Expected best of `trials` worthless ones in standard deviations (2014, eq. 1).

    0 for one trial. Trials that resemble each other count as fewer: a fraction is allowed.
    """
    require(trials >= 1, f"{trials} trials; one is the least")
    if trials == 1:
        return 0.0
    common = -(1 - _EULER_MASCHERONI) * _NORMAL.inv_cdf(1 / trials)
    rare = -_EULER_MASCHERONI * _NORMAL.inv_cdf(1 / (trials * math.e))
    return max(0.0, common + rare)


def deflated_sharpe(sample: SharpeSample, trials: Trials) -> float:
    """Probability (0..1) that the best of `trials` is better than luck would make it (eq. 2)."""
    luck = math.sqrt(trials.sharpe_variance) * expected_maximum(trials.count)
    return probabilistic_sharpe(sample, benchmark=luck)


def minimum_track_record(
    sample: SharpeSample, *, benchmark: float = 0.0, confidence: float = 0.95
) -> float | None:
    """Observations it takes to say `sharpe > benchmark` with `confidence` (2012, eq. 13).

    None if the Sharpe ratio is not above the benchmark, or by so little that no record is long
    enough.
    """
    require(0.5 < confidence < 1, f"a confidence of {confidence}; it lies between 0.5 and 1")
    excess = sample.sharpe - benchmark
    if excess <= 0:
        return None
    errors = sample.spread * _NORMAL.inv_cdf(confidence) / excess
    return finite(1 + errors * errors)
