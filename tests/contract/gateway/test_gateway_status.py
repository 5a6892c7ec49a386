"""What the simulated exchange announces of itself, read through the gateway."""

from datetime import timedelta

from tests.contract.gateway.conftest import Venue
from trading.maintenance import Maintenance, MaintenanceState


def test_a_maintenance_is_told_before_and_while_it_lasts(venue: Venue) -> None:
    assert venue.gateway.maintenances() == []
    announced_at = venue.gateway.server_time()
    venue.fault("plat.maintenance", announce_s=600, for_s=1800)

    (coming,) = venue.gateway.maintenances()
    begins, lasts = announced_at + timedelta(minutes=10), timedelta(minutes=30)
    assert coming == Maintenance(
        "System maintenance", MaintenanceState.SCHEDULED, begins, begins + lasts
    )
    venue.advance(timedelta(minutes=11))
    (going_on,) = venue.gateway.maintenances()
    assert going_on.state is MaintenanceState.ONGOING
    venue.advance(lasts)
    assert venue.gateway.maintenances() == []
