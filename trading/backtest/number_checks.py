"""Refuse impossible float64 numbers when a value of the backtest is built."""

import math

from trading.checks import require


def require_positive(name: str, value: float) -> None:
    """Refuse zero, negative numbers, NaN and infinity."""
    require(
        math.isfinite(value) and value > 0,
        f"{name} is {value}; it must be a finite number above 0",
    )


def require_not_negative(name: str, value: float) -> None:
    """Refuse negative numbers, NaN and infinity."""
    require(
        math.isfinite(value) and value >= 0,
        f"{name} is {value}; it must be a finite number, at least 0",
    )


def require_between(name: str, value: float, lowest: float, highest: float) -> None:
    """Refuse what is not within `lowest`..`highest`, both allowed."""
    require(
        math.isfinite(value) and lowest <= value <= highest,
        f"{name} is {value}; {lowest} to {highest} is allowed",
    )
