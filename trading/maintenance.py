"""When the exchange says that it will not be there: no entries then, nor shortly before.

A position that is opened into a maintenance cannot be watched, moved or closed by the desk while
it lasts. Stops stand at the exchange; whether they trigger during one is for the exchange to say.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from trading.checks import require, require_utc
from trading.reasons import Reason, Refused

MAINTENANCE_LEAD: Final = timedelta(minutes=30)
"""How long before an announced maintenance the last entry may be made."""


class MaintenanceState(StrEnum):
    """How far a maintenance has come, by the exchange's word."""

    SCHEDULED = "scheduled"
    ONGOING = "ongoing"
    OVER = "over"
    """Completed or cancelled."""
    UNKNOWN = "unknown"
    """A word we do not know; its times are believed."""


@dataclass(frozen=True, slots=True)
class Maintenance:
    """One maintenance or incident. `ends_at` is expected as long as it lasts, None if not said.

    With `is_demo_only` it concerns the exchange's demo service and no other.
    """

    title: str
    state: MaintenanceState
    begins_at: datetime
    ends_at: datetime | None = None
    is_demo_only: bool = False

    def __post_init__(self) -> None:
        require_utc("maintenance begins_at", self.begins_at)
        if self.ends_at is not None:
            require_utc("maintenance ends_at", self.ends_at)
            require(
                self.begins_at <= self.ends_at,
                f"maintenance from {self.begins_at} to {self.ends_at}; it begins before it ends",
            )

    def forbids_entries(self, now: datetime, lead: timedelta = MAINTENANCE_LEAD) -> bool:
        """Whether it is going on at `now` or begins within `lead`.

        One that is said to be going on does, whatever its expected end. A scheduled one that was
        never said to begin is over at its end.
        """
        match self.state:
            case MaintenanceState.OVER:
                return False
            case MaintenanceState.ONGOING:
                return True
            case MaintenanceState.SCHEDULED | MaintenanceState.UNKNOWN:
                is_over = self.ends_at is not None and now >= self.ends_at
                return now >= self.begins_at - lead and not is_over


def check_maintenance(
    announced: Iterable[Maintenance], *, now: datetime, is_demo: bool
) -> Refused | None:
    """None if nothing announced forbids an entry now; `is_demo`: the account is one for demo."""
    for one in announced:
        if one.forbids_entries(now) and (is_demo or not one.is_demo_only):
            return Refused(Reason.DATA_EXCHANGE, _said(one))
    return None


def _said(one: Maintenance) -> str:
    end = "" if one.ends_at is None else f" until {one.ends_at:%Y-%m-%d %H:%M}"
    minutes = MAINTENANCE_LEAD // timedelta(minutes=1)
    return (
        f"the exchange is under maintenance from {one.begins_at:%Y-%m-%d %H:%M}{end} UTC "
        f"({one.state}: {one.title[:80]}); no entries from {minutes} minutes before it until it "
        "is over"
    )
