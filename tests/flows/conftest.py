"""Flows through a real Prefect, against a real Postgres and the simulated exchange."""

from tests.fixtures.desk_fixtures import (
    busy_desk,
    busy_proxy,
    busy_venue,
    market_folder,
    open_desk,
    owner,
    proxy,
    quiet_desk,
    quiet_proxy,
    quiet_venue,
    unhurried_reads,
    venue,
)
from tests.fixtures.prefect_server import prefect_server
from tests.fixtures.simulator import open_venue

__all__ = [
    "busy_desk",
    "busy_proxy",
    "busy_venue",
    "market_folder",
    "open_desk",
    "open_venue",
    "owner",
    "prefect_server",
    "proxy",
    "quiet_desk",
    "quiet_proxy",
    "quiet_venue",
    "unhurried_reads",
    "venue",
]
