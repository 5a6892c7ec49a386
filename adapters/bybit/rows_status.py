"""Rows of the status endpoint as values.

https://bybit-exchange.github.io/docs/v5/system-status and the words of its "Enums Definitions"
(`state`, `serviceTypes`, `product`, `env`), read 2026-11-22.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from adapters.bybit.parsing import Row
from trading.maintenance import Maintenance, MaintenanceState

_STATES: Mapping[str, MaintenanceState] = MappingProxyType(
    {
        "scheduled": MaintenanceState.SCHEDULED,
        "ongoing": MaintenanceState.ONGOING,
        "completed": MaintenanceState.OVER,
        "canceled": MaintenanceState.OVER,
    }
)
_FUTURES = "1"
_NEEDED = {"1", "2", "5"}
"""Trading, trading over HTTP, market data. What is pushed to us is read as well, in every sync."""
_DEMO = "2"


def concerns_desk(row: Row) -> bool:
    """Whether it touches what the desk needs. What a row does not say is taken for everything.

    Nor is the account looked at (`uidSuffix`): a maintenance of some accounts is one of ours.
    """
    products, services = row.names("product"), row.names("serviceTypes")
    is_ours = not products or _FUTURES in products
    return is_ours and (not services or not _NEEDED.isdisjoint(services))


def maintenance(row: Row) -> Maintenance:
    """One maintenance or incident, whatever it concerns."""
    return Maintenance(
        title=" ".join(row.text("title").split()),
        state=_STATES.get(row.text("state"), MaintenanceState.UNKNOWN),
        begins_at=row.moment("begin"),
        ends_at=_end(row),
        is_demo_only=row.text("env") == _DEMO,
    )


def _end(row: Row) -> datetime | None:
    """The end, None where it is not said or lies before the beginning."""
    end = row.moment("end") if row.integer("end", default=0) else None
    return None if end is None or end < row.moment("begin") else end
