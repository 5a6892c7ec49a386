"""`autotrader monitor` as the process it is: one serves, another takes over, both end in order."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import pytest

from tests.fixtures.simulator import ROOT, Venue, open_venue

__all__ = ["open_venue"]

PATIENCE_SECONDS = 60


class Process:
    """A monitor; its stdout is read line by line."""

    def __init__(self, environment: dict[str, str], *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cli.main", "monitor", *options],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    @property
    def output(self) -> IO[str]:
        assert self.process.stdout is not None
        return self.process.stdout

    def wait_for(self, phase: str) -> None:
        for line in self.output:
            if line.startswith(f"monitor {phase}"):
                return
        raise AssertionError(f"it ended before it was {phase}")

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_SECONDS)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(PATIENCE_SECONDS)
        self.output.close()


@pytest.fixture
def start(
    open_venue: Callable[..., Venue], own_database_url: str, tmp_path: Path
) -> Iterator[Callable[..., Process]]:
    """Start monitors of one account of one exchange."""
    venue = open_venue("--symbols", "BTCUSDT")
    given = {
        "DATABASE_URL": own_database_url,
        "DATA_FOLDER": str(tmp_path),
        "EXCHANGE_BASE_URL": venue.rest,
        "EXCHANGE_API_KEY": venue.api_key,
        "EXCHANGE_API_SECRET": venue.api_secret,
        "SYMBOLS": "BTCUSDT",
    }
    environment = os.environ | {f"AUTOTRADER_{name}": value for name, value in given.items()}
    with ExitStack() as stack:

        def start_one(*options: str) -> Process:
            process = Process(environment, *options)
            stack.callback(process.close)
            return process

        yield start_one


def test_a_standby_takes_over_from_a_monitor_that_is_killed(start: Callable[..., Process]) -> None:
    active = start()
    active.wait_for("active")
    standby = start()
    standby.wait_for("standby")

    active.end(signal.SIGKILL)

    standby.wait_for("active")
    assert standby.end(signal.SIGTERM) == 0


def test_a_monitor_of_some_seconds_ends_by_itself_with_one_object(
    start: Callable[..., Process],
) -> None:
    done = start("--once-connected-for", "1", "--json").process
    output, _ = done.communicate(timeout=PATIENCE_SECONDS)

    assert done.returncode == 0
    told = json.loads(output.splitlines()[-1])
    assert (told["environment"], told["account"]) == ("paper", "main")
    assert told["counts"]["connections"] == 2


def test_ctrl_c_ends_it_in_order(start: Callable[..., Process]) -> None:
    monitor = start()
    monitor.wait_for("active")

    assert monitor.end(signal.SIGINT) == 0
