"""`web`: a real process over real HTTP, which ends in order and hides its secrets."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx
import pytest

from tests.cli.commands.ran import Run
from tests.fixtures.desks import NOWHERE, new_account
from tests.fixtures.ports import listening

MEGABYTE = 1024 * 1024


@pytest.fixture(autouse=True)
def _desk(use_settings: Callable[[Mapping[str, Any]], None], desk_database_url: str) -> None:
    settings = {"ACCOUNT": new_account(), "DATABASE_URL": desk_database_url}
    use_settings(settings | {"EXCHANGE_BASE_URL": NOWHERE, "EXCHANGE_TIMEOUT_SECONDS": 1})


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    """The web process on a free port, of the settings in the environment."""
    words = [sys.executable, "-m", "cli.main", "web", "--port", "0"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as running:
        yield running
        running.kill()


def test_it_answers_over_http_until_it_is_stopped(
    autotrader: Run, process: subprocess.Popen[str]
) -> None:
    secret = autotrader("token", "create", "robot", "--scope", "trade").out.splitlines()[-1]
    assert process.stdout is not None
    told = process.stdout.readline()
    address = re.fullmatch(r"The API answers at (http://127\.0\.0\.1:\d+/api/v1)\n", told)
    assert address is not None, told
    own = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "mine"}

    with httpx.Client(base_url=address[1], trust_env=False, timeout=30) as client:
        assert client.get("/health").json() == {"status": "alive"}
        assert client.get("/ready").json() == {"status": "ready"}
        assert client.get("/halts").status_code == 401
        assert client.get("/halts", headers=own).json() == {"halts": []}
        files = {"image": ("big.png", bytes(11 * MEGABYTE))}
        big = client.post("/analyses", headers=own, files=files)
        assert (big.status_code, big.json()["title"]) == (413, "Too large")

    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, "")
    assert "Traceback" not in err
    assert secret not in err


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_it_does_not_listen_to_others_while_nobody_can_prove_who_he_is(
    autotrader: Run, host: str
) -> None:
    done = autotrader("web", "--host", host, "--port", "0")

    assert done.code == 2
    assert f"refused to listen on {host}" in done.err
    assert "there is no login for people yet" in done.err


def test_a_port_that_is_taken_is_told(autotrader: Run) -> None:
    with listening() as port:
        done = autotrader("web", "--port", str(port))

    assert done.code == 2
    assert f"cannot listen on 127.0.0.1:{port}" in done.err
    assert "--port" in done.err


def test_an_address_of_nobody_is_told(autotrader: Run) -> None:
    autotrader("token", "create", "robot")

    done = autotrader("web", "--host", "203.0.113.7", "--port", "0")

    assert done.code == 2
    assert "another address with --host" in done.err
