"""The funding a held trade pays, and from when to when it is known."""

from dataclasses import dataclass
from datetime import datetime

from trading.backtest.market import Funding
from trading.checks import require, require_utc


@dataclass(frozen=True, slots=True)
class Settlements:
    """Funding that is complete from `since` to `until`, UTC, both included.

    A label that was held outside of it is INCOMPLETE: a settlement nobody has loaded is not free.
    """

    funding: Funding
    since: datetime
    until: datetime

    def __post_init__(self) -> None:
        require_utc("since", self.since)
        require_utc("until", self.until)
        require(
            self.since <= self.until,
            f"settlements from {self.since.isoformat()} to {self.until.isoformat()}: the end must "
            "not lie before the beginning",
        )
