"""The beginning of every attempt, and the points of what is disturbed in it."""

import pytest

from cli.faults.kill.plans import Plan, planned
from cli.faults.kill.scene import Beginning
from db.embedded import EmbeddedPostgres


@pytest.fixture(scope="session")
def beginning(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Beginning:
    """A copy for every attempt is made of this one; `plans` makes it."""
    return Beginning(postgres.url, tmp_path_factory.mktemp("beginning"))


@pytest.fixture(scope="session")
def plans(beginning: Beginning) -> list[Plan]:
    """Every point of a cycle and of a sync."""
    return planned(beginning, every=1)
