"""Flows through a real Prefect, against a real Postgres and the simulated exchange."""

from tests.fixtures.desk_fixtures import (
    busy_desk,
    busy_proxy,
    open_desk,
    owner,
    proxy,
    quiet_desk,
    quiet_proxy,
    unhurried_reads,
    venue,
)
from tests.fixtures.simulator import open_venue

__all__ = [
    "busy_desk",
    "busy_proxy",
    "open_desk",
    "open_venue",
    "owner",
    "proxy",
    "quiet_desk",
    "quiet_proxy",
    "unhurried_reads",
    "venue",
]
