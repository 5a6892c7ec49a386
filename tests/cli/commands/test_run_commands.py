import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.plotted_market import SYMBOLS
from tests.fixtures.prefect_server import ONE_WORKER
from tests.fixtures.simulator import Venue

pytestmark = ONE_WORKER


def test_a_cycle_by_hand_decides_about_every_symbol_and_its_slot_runs_once(
    autotrader: Callable, use_desk: Callable[[Venue], str], quiet_venue: Venue, with_prefect: None
) -> None:
    del with_prefect
    use_desk(quiet_venue)
    ran = autotrader("cycle")
    assert ran.code == 0
    assert all(symbol in ran.out for symbol in SYMBOLS)
    assert "Cycle 2026-01-11 20:00 UTC" in ran.out
    again = autotrader("cycle")
    assert "Cycle 2026-01-11 20:00 UTC skipped: already_claimed" in again.out
    answer = json.loads(autotrader("cycle", "--json").out)
    assert answer["skipped"].startswith("already_claimed")


def test_a_sync_by_hand_tells_what_it_found(
    autotrader: Callable, use_desk: Callable[[Venue], str], quiet_venue: Venue, with_prefect: None
) -> None:
    del with_prefect
    use_desk(quiet_venue)
    ran = autotrader("sync")
    assert ran.code == 0
    assert "discrepancies open" in ran.out


@pytest.mark.slow
def test_without_a_prefect_one_is_started_for_the_run(
    use_desk: Callable[[Venue], str],
    use_settings: Callable[[Mapping[str, Any]], None],
    quiet_venue: Venue,
    tmp_path: Path,
) -> None:
    # As a process: Prefect's services keep the address of the first server a process met.
    use_desk(quiet_venue)
    use_settings({"PREFECT_API_URL": "http://127.0.0.1:9/api", "DATA_FOLDER": tmp_path / "data"})
    ran = subprocess.run(
        [sys.executable, "-c", "from cli.main import main; main()", "sync", "--json"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0
    assert json.loads(ran.stdout.splitlines()[-1])["discrepancies_open"] == 0
    assert "Prefect does not answer at http://127.0.0.1:9/api; starting it" in ran.stderr
    assert (tmp_path / "data" / "prefect" / "server.log").exists()
