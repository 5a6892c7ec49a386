"""Running exchanges on loopback, and a client of each."""

from collections.abc import Iterator

import pytest

from tests.exchange_sim.faults.running_venue import Client, Venue, running


@pytest.fixture(scope="module")
def desk() -> Iterator[Venue]:
    """An exchange of one test module's own, to wear out."""
    with running(rate_limits=False) as venue:
        yield venue


@pytest.fixture(scope="session")
def shared_venue() -> Iterator[Venue]:
    with running(rate_limits=False) as venue:
        yield venue


@pytest.fixture
def venue(shared_venue: Venue) -> Iterator[Venue]:
    """The exchange with no fault on and no order open before and after."""
    yield shared_venue
    shared_venue.ask("DELETE", "faults")
    shared_venue.client().post("/v5/order/cancel-all", category="linear", settleCoin="USDT")


@pytest.fixture
def client(venue: Venue) -> Client:
    return venue.client()
