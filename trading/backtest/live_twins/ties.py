"""Comparisons in which floating point noise does not decide about a value exactly at a limit."""

from typing import Final

from numba import njit

SLACK: Final = 1e-10
"""Relative difference below which two numbers count as equal.

A stop distance of 0.01 % of the price has lost 12 of float64's 16 digits; ties of round numbers
are common, values this near to a limit by chance are not.
"""


@njit(cache=True, nogil=True)
def at_most(value: float, limit: float) -> bool:
    """Whether `value` is below `limit` or as good as equal to it."""
    return value <= limit + SLACK * max(abs(value), abs(limit))


@njit(cache=True, nogil=True)
def at_least(value: float, limit: float) -> bool:
    """Whether `value` is above `limit` or as good as equal to it."""
    return at_most(limit, value)
