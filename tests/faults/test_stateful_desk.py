"""Whatever happens to a desk, in whatever order: once it is over, everything holds."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from cli.faults.silence import silenced
from tests.faults.desk_machine import DeskMachine

_SHORT = settings(
    max_examples=2,
    stateful_step_count=12,
    deadline=None,
    derandomize=True,
    # A step takes up to seconds: a failure is told as it was found.
    phases=(Phase.generate,),
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
_LONG = settings(_SHORT, max_examples=60, stateful_step_count=25, derandomize=False, database=None)
_PROFILES = {"short": _SHORT, "long": _LONG}
"""Which one is meant is said by HYPOTHESIS_PROFILE: seconds with every change, or minutes."""


@pytest.mark.slow
def test_a_desk_survives_anything_in_any_order(own_database_url: str, tmp_path: Path) -> None:
    chosen = _PROFILES[os.environ.get("HYPOTHESIS_PROFILE", "short")]

    with silenced(tmp_path / "desk.log"):
        run_state_machine_as_test(lambda: DeskMachine(own_database_url, tmp_path), settings=chosen)
