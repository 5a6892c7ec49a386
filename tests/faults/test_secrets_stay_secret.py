"""Nothing that opens the account is written down anywhere (I13)."""

import json
import logging
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from cli.faults.arena import Arena, open_arena
from cli.faults.exercise import attempt
from cli.faults.human import wait_out_silence
from cli.faults.results import Matrix, RunResult
from cli.faults.secrets import API_KEY, API_SECRET, leaks, leaks_of_text
from cli.faults.silence import silenced
from cli.faults.soak_restart import Restarts
from cli.faults.stream import Action, sync, trader
from tests.faults.sniffing_relay import SniffingRelay

PRYING = (
    "auth.bad_sign_once",
    "auth.key_revoked",
    "auth.permission_lost",
    "auth.ws_reject",
    "http.html200_after",
    "http.redirect",
    "http.reset_after",
    "http.status_before",
    "http.truncated_after",
)
"""Faults whose answers or errors are about the request itself, and so may quote it."""


@pytest.fixture
def everything_is_logged() -> Iterator[None]:
    """The most that an owner can ask for, of the libraries as well."""
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.DEBUG)
    yield
    root.setLevel(before)


@pytest.mark.slow
@pytest.mark.usefixtures("everything_is_logged")
def test_faults_that_pry_find_no_secret(own_database_url: str, tmp_path: Path) -> None:
    log = tmp_path / "desk.log"
    with (
        silenced(log),
        open_arena(own_database_url, tmp_path, name="secretive", seed=3) as arena,
        SniffingRelay(arena.settings.exchange_url) as relay,
        Restarts(arena) as restart,
    ):
        arena.settings = arena.settings.model_copy(update={"exchange_base_url": relay.url})
        restart()
        matrix = Matrix.of(pried(arena, name) for name in PRYING)

    secrets = {API_KEY.get_secret_value(), API_SECRET.get_secret_value(), *relay.signatures}
    assert len(relay.signatures) > 50
    assert "Traceback" in log.read_text()  # what was raised is in what is searched
    assert leaks(tmp_path, own_database_url, secrets) == []
    assert leaks_of_text(json.dumps(matrix.as_json()), secrets, name="report") == []


def pried(arena: Arena, name: str) -> RunResult:
    """A trade and a sync whose every request may meet the fault."""
    arena.control.switch_on({"name": name, "count": 4})
    errors = attempt(arena, Action("trade", trader(Random(1)))) + attempt(
        arena, Action("sync", sync)
    )
    arena.control.switch_off()
    wait_out_silence(arena)
    return RunResult(name, 1, (), Decimal(0), 0.0, struck=1, errors=tuple(errors))
