"""What labelled outcomes taught about an analyst's word: a fit, or the prior all start with.

Fits are made elsewhere from FINAL labels (analysis.md §3.7) and handed in; nothing here learns.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from trading.candles import Interval
from trading.checks import require, require_utc
from trading.positions import Direction

LEAST_DRAWS = 100
"""Fewer resamples do not carry an 80 % interval; the fit makes 500."""


class Method(StrEnum):
    """What a probability rests on: arithmetic alone, or a fit to labelled outcomes."""

    PRIOR = "prior"
    """The market-neutral prior; the analyst's word has no part in it."""

    INTERCEPT = "intercept"
    """The prior moved by what the arm's trades did, whatever was said of them."""

    RIDGE_PLATT = "ridge_platt"
    """Also by the analyst's word and the soft score."""


LEAST_LABELS = MappingProxyType({Method.INTERCEPT: 30, Method.RIDGE_PLATT: 100})
"""Effective labels from which a method may be used (analysis.md §3.7)."""


@dataclass(frozen=True, slots=True)
class ArmKey:
    """Whose trades are calibrated together: analyst with prompt version, timeframe and side."""

    analyst: str
    interval: Interval
    direction: Direction


@dataclass(frozen=True, slots=True)
class Coefficients:
    """The fit in log-odds: a0, a_arm, b of the analyst's word and g of the soft score.

    `stated` and `rules` are 0 or more: a word that turned out the wrong way round is not believed
    in reverse.
    """

    base: float
    arm: float
    stated: float = 0.0
    rules: float = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            require(math.isfinite(value), f"coefficient {field.name} is {value}; must be finite")
        require(
            self.stated >= 0 and self.rules >= 0,
            f"coefficients stated {self.stated} and rules {self.rules} must be 0 or more",
        )


@dataclass(frozen=True, slots=True)
class TimeOuts:
    """What became of trades that did not meet their target.

    `share` of them (0 to below 1) met the stop neither and ended at `mean_r` R on average, at
    least -1. By default all of them lost a whole R: a time-out loses less, so this is the worst.
    """

    share: Decimal = Decimal(0)
    mean_r: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        require(
            self.share.is_finite() and 0 <= self.share < 1,
            f"share of time-outs is {self.share}; it is 0 or more and below 1",
        )
        require(
            self.mean_r.is_finite() and self.mean_r >= -1,
            f"time-outs end at {self.mean_r} R; at least -1, where the stop is",
        )

    def loss_r(self, reward_risk: Decimal) -> Decimal:
        """What a trade loses on average, in R before costs, if its target is not met.

        A trade that timed out has not earned its target: no more than `reward_risk` counts.
        """
        return 1 - self.share * (1 + min(self.mean_r, reward_risk))


ALL_STOPPED = TimeOuts()
"""Nothing is known of time-outs."""


@dataclass(frozen=True, slots=True)
class Prior:
    """The calibration everybody starts with: a driftless price, no labels, no interval."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fit for one arm.

    `stated_center` is m, the mean log-odds of what the analyst said. `draws` are the coefficients
    of day-block bootstrap resamples. `effective_labels` (n_eff) counts labels by their uniqueness.
    """

    arm: ArmKey
    method: Method
    coefficients: Coefficients
    stated_center: float
    draws: tuple[Coefficients, ...]
    effective_labels: Decimal
    fitted_at: datetime
    time_outs: TimeOuts = ALL_STOPPED

    def __post_init__(self) -> None:
        require_utc("calibration fitted_at", self.fitted_at)
        require(
            math.isfinite(self.stated_center),
            f"stated_center is {self.stated_center}; it must be a finite number",
        )
        require(
            len(self.draws) >= LEAST_DRAWS,
            f"calibration has {len(self.draws)} draws; at least {LEAST_DRAWS}",
        )
        self._require_method()

    def _require_method(self) -> None:
        least = LEAST_LABELS.get(self.method)
        require(least is not None, "a fit is not made by prior; use Prior()")
        require(
            self.effective_labels.is_finite() and self.effective_labels >= (least or 0),
            f"{self.method} rests on {self.effective_labels} effective labels; at least {least}",
        )
        if self.method is Method.INTERCEPT:
            weighs = (self.coefficients, *self.draws)
            require(
                all(one.stated == one.rules == 0 for one in weighs),
                "an intercept has no weight for words and rules; use ridge_platt",
            )


Calibrations: TypeAlias = Callable[[ArmKey], Calibration | Prior]
"""The calibration of an arm, as the desk is handed it."""


def no_calibration(_: ArmKey) -> Prior:
    """The prior for every arm: nothing has been fitted."""
    return Prior()
