"""Under which rules a decision is imagined as a trade (learning.md §4.2)."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from trading.checks import require, require_positive


class Policy(StrEnum):
    """One label per decision and policy."""

    AS_PROPOSED = "as_proposed"
    """The analyst's own entry, stop, target and horizon, from the moment it had decided."""

    STANDARD = "standard"
    """The analyst's side with everybody's barriers, entered at the same moment by all."""

    HORIZON = "horizon"
    """Where the price went, whatever was decided, in average true ranges: what `p_up` is about."""

    SHADOW_LONG = "shadow_long"
    """A long by the standard: what doing nothing missed or avoided."""

    SHADOW_SHORT = "shadow_short"
    """A short by the standard."""


@dataclass(frozen=True, slots=True)
class Standard:
    """The common yardstick. Distances in average true ranges of the decision's bar (`_atr`).

    Every standard trade enters `delay` after its bar closed, so that a slow analyst is not
    compared at other prices, and is left after `horizon_bars` of the decision's interval. The
    target is `target_r` times as far as the stop. A market entry further than
    `maximum_drift_atr` from the price that was judged is none; a proposed stop nearer than
    `minimum_stop_atr` is not labelled.
    """

    delay: timedelta = timedelta(minutes=2)
    stop_atr: Decimal = Decimal("1.5")
    target_r: Decimal = Decimal(2)
    horizon_bars: int = 24
    maximum_drift_atr: Decimal = Decimal("0.25")
    minimum_stop_atr: Decimal = Decimal("0.5")

    def __post_init__(self) -> None:
        for name in ("stop_atr", "target_r", "maximum_drift_atr", "minimum_stop_atr"):
            require_positive(name, getattr(self, name))
        require(
            self.stop_atr >= self.minimum_stop_atr,
            f"stop_atr is {self.stop_atr}, nearer than minimum_stop_atr {self.minimum_stop_atr}; "
            "no standard trade would be labelled",
        )
        require(
            self.delay >= timedelta(0) and self.horizon_bars >= 1,
            f"delay is {self.delay} and horizon_bars {self.horizon_bars}; the delay is 0 or more, "
            "the horizon at least 1 bar",
        )
