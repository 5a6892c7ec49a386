"""What an account earned for the risk it took, from its daily returns.

Returns are fractions of shape (n_days,). Each function gives None where it cannot be said: fewer
than two days, no spread to divide by, no fall. There are 365 days a year, and the risk-free rate
is 0.
"""

from collections.abc import Callable

import numpy as np

from trading.metrics import paths
from trading.metrics.columns import Floats
from trading.metrics.figures import finite

LEAST_DAYS = 2


def cagr(returns: Floats) -> float | None:
    """Compound annual growth rate as a fraction."""
    return _of(paths.growth_a_year, returns)


def volatility(returns: Floats) -> float | None:
    """Annualised standard deviation as a fraction."""
    return _of(paths.volatility_a_year, returns)


def sharpe(returns: Floats) -> float | None:
    """Annualised Sharpe ratio."""
    return _of(paths.sharpe_a_year, returns)


def sortino(returns: Floats) -> float | None:
    """Annualised Sortino ratio around a target of 0."""
    return _of(paths.sortino_a_year, returns)


def calmar(returns: Floats, max_drawdown: float) -> float | None:
    """Annual growth over `max_drawdown`, the deepest fall as a fraction; None without a fall."""
    growth = cagr(returns)
    if growth is None or max_drawdown <= 0:
        return None
    return growth / max_drawdown


def skewness(returns: Floats) -> float | None:
    """Third standardised moment of the sample: below 0 the bad days are the extreme ones."""
    return _of(lambda days: _moment(days, 3), returns)


def kurtosis(returns: Floats) -> float | None:
    """Fourth standardised moment of the sample, 3 for normal days: how heavy the tails are."""
    return _of(lambda days: _moment(days, 4), returns)


def _moment(returns: Floats, order: int) -> Floats:
    away = returns - returns.mean()
    return np.asarray(np.mean(paths.ratio(away, np.asarray(np.std(returns))) ** order), float)


def _of(statistic: Callable[[Floats], Floats], returns: Floats) -> float | None:
    if len(returns) < LEAST_DAYS:
        return None
    with np.errstate(over="ignore"):
        return finite(float(statistic(returns)))
