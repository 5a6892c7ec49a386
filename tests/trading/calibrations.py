"""A fitted calibration with defaults, and what it is asked about."""

from datetime import UTC, datetime
from decimal import Decimal
from math import log
from typing import Any

from trading.calibration import ArmKey, Calibration, Coefficients, Method
from trading.candles import Interval
from trading.chances import Forecast
from trading.positions import Direction

ARM = ArmKey("someone 1", Interval.H1, Direction.LONG)
LN2 = log(2)


def drawn(*weights: Coefficients, times: int = 100) -> tuple[Coefficients, ...]:
    """Enough draws for an interval: each of `weights` as often as the others."""
    return weights * times


def fitted(**changes: Any) -> Calibration:
    """A fit of 212 labels that leaves the prior where it is and is perfectly sure of it."""
    fields: dict[str, Any] = {
        "arm": ARM,
        "method": Method.RIDGE_PLATT,
        "coefficients": Coefficients(0.0, 0.0),
        "stated_center": 0.0,
        "draws": drawn(Coefficients(0.0, 0.0)),
        "effective_labels": Decimal(212),
        "fitted_at": datetime(2024, 1, 9, tzinfo=UTC),
    }
    return Calibration(**(fields | changes))


def weighted(base: float = 0.0, arm: float = 0.0, **weights: float) -> Calibration:
    """A fit of these coefficients without any spread."""
    both = Coefficients(base, arm, **weights)
    return fitted(coefficients=both, draws=drawn(both))


def forecast(**changes: Any) -> Forecast:
    """A trade of two to one whose analyst says 50 % and for which the rules do not speak."""
    fields: dict[str, Any] = {
        "arm": ARM,
        "reward_risk": Decimal(2),
        "stated": Decimal("0.5"),
        "rule_score": Decimal(0),
    }
    return Forecast(**(fields | changes))
