"""Medians, percentiles and slopes of what was measured."""

import statistics
from collections.abc import Mapping, Sequence

from trading.checks import require


def median(values: Sequence[float]) -> float:
    """The middle value, or the mean of the two in the middle."""
    require(len(values) > 0, "a median of no values; measure at least once")
    return statistics.median(values)


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that `percent` (1..100) of the values do not exceed (nearest rank)."""
    require(len(values) > 0, "a percentile of no values; measure at least once")
    require(1 <= percent <= 100, f"percentile {percent}; a whole percent of 1..100 is needed")
    rank = -(-len(values) * percent // 100)
    return sorted(values)[rank - 1]


def slope(points: Mapping[int, float]) -> float:
    """How much the value grows with each one more of the key, by least squares."""
    require(len(points) >= 2, f"a slope through {len(points)} points; at least 2 are needed")
    return statistics.linear_regression(list(points), list(points.values())).slope
