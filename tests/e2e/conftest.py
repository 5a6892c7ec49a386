"""A desk on a simulated exchange of its own, for tests of what runs beside it."""

from tests.fixtures.desk_fixtures import open_desk, venue
from tests.fixtures.simulator import open_venue

__all__ = ["open_desk", "open_venue", "venue"]
