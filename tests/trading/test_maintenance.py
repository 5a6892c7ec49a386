"""No entry is made into a maintenance of the exchange."""

from datetime import timedelta

import pytest

from tests.trading.builders import NOW
from trading.errors import InvariantError
from trading.maintenance import (
    MAINTENANCE_LEAD,
    Maintenance,
    MaintenanceState,
    check_maintenance,
)
from trading.reasons import Reason

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
SCHEDULED, ONGOING = MaintenanceState.SCHEDULED, MaintenanceState.ONGOING
OVER, UNKNOWN = MaintenanceState.OVER, MaintenanceState.UNKNOWN


@pytest.mark.parametrize(
    ("state", "begins_in", "lasts", "forbidden"),
    [
        (SCHEDULED, MAINTENANCE_LEAD + SECOND, HOUR, False),
        (SCHEDULED, MAINTENANCE_LEAD, HOUR, True),
        (SCHEDULED, -HOUR / 2, HOUR, True),
        (SCHEDULED, -HOUR, HOUR, False),
        (SCHEDULED, -HOUR, None, True),
        (UNKNOWN, MAINTENANCE_LEAD, HOUR, True),
        (UNKNOWN, 2 * HOUR, HOUR, False),
        (ONGOING, HOUR, HOUR, True),
        (ONGOING, -3 * HOUR, HOUR, True),
        (OVER, -HOUR / 2, HOUR, False),
    ],
)
def test_entries_end_before_it_begins(
    state: MaintenanceState, begins_in: timedelta, lasts: timedelta | None, forbidden: bool
) -> None:
    begins = NOW + begins_in
    announced = Maintenance("t", state, begins, None if lasts is None else begins + lasts)
    assert announced.forbids_entries(NOW) is forbidden


def test_the_refusal_says_when_it_ends_and_why() -> None:
    one = Maintenance("Engine upgrade", ONGOING, NOW, NOW + HOUR)
    refused = check_maintenance([one], now=NOW, is_demo=False)
    assert refused is not None
    assert refused.reason is Reason.DATA_EXCHANGE
    assert refused.detail == (
        f"the exchange is under maintenance from {NOW:%Y-%m-%d %H:%M} until "
        f"{NOW + HOUR:%Y-%m-%d %H:%M} UTC (ongoing: Engine upgrade); no entries from 30 minutes "
        "before it until it is over"
    )
    assert check_maintenance([], now=NOW, is_demo=False) is None


def test_one_of_the_demo_service_is_for_demo_accounts_alone() -> None:
    one = Maintenance("t", ONGOING, NOW, is_demo_only=True)
    assert check_maintenance([one], now=NOW, is_demo=False) is None
    assert check_maintenance([one], now=NOW, is_demo=True) is not None


def test_it_begins_before_it_ends() -> None:
    with pytest.raises(InvariantError, match="begins before it ends"):
        Maintenance("t", SCHEDULED, NOW, NOW - SECOND)
