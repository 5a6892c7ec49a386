"""One number of a report with its unit and how far it may be off."""

import math
from dataclasses import dataclass
from enum import StrEnum

from trading.checks import require


class Unit(StrEnum):
    """What a figure counts; fractions are shares of 1, never percent."""

    USDT = "USDT"
    FRACTION = "fraction"
    RATIO = "ratio"
    R = "R"
    COUNT = "count"
    PER_DAY = "per day"
    DAYS = "days"
    HOURS = "hours"
    PROBABILITY = "probability"


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the true value lies with the confidence asked for; both ends finite, low <= high."""

    low: float
    high: float

    def __post_init__(self) -> None:
        require(
            math.isfinite(self.low) and math.isfinite(self.high) and self.low <= self.high,
            f"an interval from {self.low} to {self.high}; it needs two finite ends in order",
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """A value or None, an interval or None; `note` says why something is missing or assumed.

    Neither is ever NaN or infinite: what the data cannot say is not said.
    """

    value: float | None
    unit: Unit
    low: float | None = None
    high: float | None = None
    note: str = ""

    def __post_init__(self) -> None:
        for number in (self.value, self.low, self.high):
            require(number is None or math.isfinite(number), f"a figure of {number}; say None")
        require((self.low is None) == (self.high is None), "an interval has two ends or none")
        require(self.value is not None or bool(self.note), "a missing figure needs its reason")


def said_or(value: float | None, unit: Unit, missing: str) -> Figure:
    """The figure without an interval, or `missing` as the reason it does not exist."""
    return Figure(value, unit, note="" if value is not None else missing)


def finite(value: float) -> float | None:
    """The value, or None where it is NaN or infinite."""
    return float(value) if math.isfinite(value) else None
