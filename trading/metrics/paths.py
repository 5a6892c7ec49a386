"""Statistics of daily returns, of one path or of thousands of resampled ones at once.

Every function takes arrays whose last axis is the days and gives one number a path, NaN where it
cannot be said. There are 365 trading days a year: crypto never closes. The risk-free rate is 0.
"""

import math
from dataclasses import dataclass

import numpy as np

from trading.metrics.columns import Floats, Integers
from trading.metrics.daily import DailyEquity

DAYS_A_YEAR = 365
WORST_SHARE = 0.05

_NO_SPREAD = 1e-12  # returns this close to equal differ by rounding only


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """Days of one or many accounts, every array of shape (n_paths, n_days).

    `returns` are fractions; `low` and `high` are the day's extremes over its starting equity;
    `fall` is the deepest fall inside the day, a fraction.
    """

    returns: Floats
    low: Floats
    high: Floats
    fall: Floats

    def days(self, indices: Integers) -> "Paths":
        """Paths made of this one's days; `indices` has shape (n_paths, n_days)."""
        columns = (self.returns, self.low, self.high, self.fall)
        return Paths(*(column[0][indices] for column in columns))


def recorded_path(daily: DailyEquity) -> Paths | None:
    """The account as it was: one path; None if it was ruined."""
    returns = daily.returns
    if returns is None:
        return None
    relative = (daily.low / daily.start, daily.high / daily.start)
    return Paths(returns[None], relative[0][None], relative[1][None], daily.fall[None])


def ratio(over: Floats, under: Floats) -> Floats:
    """`over` / `under`, NaN where `under` is 0 or nearly so."""
    over, under = np.broadcast_arrays(np.asarray(over, float), np.asarray(under, float))
    undefined = np.full(over.shape, np.nan)
    np.divide(over, under, out=undefined, where=np.abs(under) > _NO_SPREAD)
    return undefined


def total_return(returns: Floats) -> Floats:
    """Growth over all days as a fraction."""
    return np.asarray(np.prod(1 + returns, axis=-1) - 1, float)


def growth_a_year(returns: Floats) -> Floats:
    """Compound annual growth rate as a fraction."""
    years = returns.shape[-1] / DAYS_A_YEAR
    return np.asarray(np.power(1 + total_return(returns), 1 / years) - 1, float)


def volatility_a_year(returns: Floats) -> Floats:
    """Sample standard deviation of daily returns times the root of 365."""
    return _deviation(returns) * math.sqrt(DAYS_A_YEAR)


def sharpe_a_year(returns: Floats) -> Floats:
    """Mean over standard deviation of daily returns, times the root of 365 (Sharpe 1994)."""
    return ratio(returns.mean(axis=-1), _deviation(returns)) * math.sqrt(DAYS_A_YEAR)


def sortino_a_year(returns: Floats) -> Floats:
    """Mean over downside deviation around 0 of all days, times the root of 365.

    Sortino and Price (1994); days without a loss count as 0 in the deviation.
    """
    losses = np.minimum(returns, 0)
    downside = np.sqrt(np.mean(losses * losses, axis=-1))
    return ratio(returns.mean(axis=-1), downside) * math.sqrt(DAYS_A_YEAR)


def deepest_fall(paths: Paths) -> Floats:
    """Largest fall from a high to a later low at any bar close, a fraction of the high.

    Exact also for resampled days: each day brings its own low, high and inner fall.
    """
    before = np.cumprod(1 + paths.returns, axis=-1)
    before = np.concatenate((np.ones_like(before[..., :1]), before[..., :-1]), axis=-1)
    highs = np.maximum.accumulate(before * paths.high, axis=-1)
    earlier = np.concatenate((np.ones_like(highs[..., :1]), highs[..., :-1]), axis=-1)
    across_days = 1 - before * paths.low / np.maximum(earlier, 1)
    return np.asarray(np.maximum(across_days, paths.fall).max(axis=-1, initial=0), float)


def calmar_ratio(paths: Paths) -> Floats:
    """Annual growth over the deepest fall (Young 1991, over the whole period)."""
    return ratio(growth_a_year(paths.returns), deepest_fall(paths))


def winning_days(returns: Floats) -> Floats:
    """Share of the days that ended above their start."""
    return np.asarray((returns > 0).mean(axis=-1), float)


def losing_days(returns: Floats) -> Floats:
    """Share of the days that ended below their start."""
    return np.asarray((returns < 0).mean(axis=-1), float)


def worst_days(returns: Floats) -> tuple[Floats, Floats]:
    """Value at risk and expected shortfall of a day at 5 %, as returns (below 0: a loss).

    The mildest and the mean of the worst 5 % of the days, one day at least.
    """
    count = max(1, int(np.ceil(WORST_SHARE * returns.shape[-1])))
    worst = np.partition(returns, count - 1, axis=-1)[..., :count]
    return worst.max(axis=-1), worst.mean(axis=-1)


def _deviation(returns: Floats) -> Floats:
    if returns.shape[-1] < 2:
        return np.full(returns.shape[:-1], np.nan)
    return np.asarray(np.std(returns, axis=-1, ddof=1), float)
