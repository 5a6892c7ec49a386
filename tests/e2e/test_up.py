"""`autotrader up` as its owner runs it: ready, traded with, ended by Ctrl-C or by a death."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from typing import Any

import psutil
import pytest

from cli.stack.environment import neutral_environment
from cli.stack.ports import free_port

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("up")]

ROOT = Path(__file__).parents[2]
MAIN = "from cli.main import main; main()"
_PATIENCE_SECONDS = 120


class RunningUp:
    """An `autotrader up` of a test."""

    def __init__(self, folder: Path) -> None:
        self.environment = {
            **neutral_environment(),
            "PYTHONPATH": str(ROOT),
            "AUTOTRADER_DATA_FOLDER": str(folder),
            "AUTOTRADER_SIM_PORT": str(free_port()),
            "AUTOTRADER_PREFECT_PORT": str(free_port()),
        }
        self.errors = (folder.parent / f"{folder.name}.err").open("w+")
        self.process = subprocess.Popen(
            self.command("up", "--json"),
            env=self.environment,
            cwd=folder.parent,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            start_new_session=True,
        )

    @staticmethod
    def command(*arguments: str) -> list[str]:
        return [sys.executable, "-c", MAIN, *arguments]

    def wait_until_ready(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.words()
        found: dict[str, Any] = json.loads(line)
        return found

    def beside(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Another command on the same settings."""
        return subprocess.run(
            self.command(*arguments),
            env=self.environment,
            cwd=Path(self.errors.name).parent,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_SECONDS,
            check=False,
        )

    def tree(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def wait(self) -> int:
        return self.process.wait(_PATIENCE_SECONDS)

    def words(self) -> str:
        self.errors.seek(0)
        return self.errors.read()


@pytest.fixture
def up() -> Iterator[RunningUp]:
    """A desk that starts; whatever a test does, nothing of it stays."""
    # Short, because the embedded database's socket is inside.
    place = Path(tempfile.mkdtemp(prefix="up-"))
    running = RunningUp(place / "data")
    yield running
    if running.process.poll() is None:
        running.process.terminate()
        running.wait()
    assert running.process.stdout is not None
    running.process.stdout.close()
    running.errors.close()
    rmtree(place)


def test_the_desk_is_healthy_refuses_a_second_and_ends_without_an_orphan(up: RunningUp) -> None:
    facts = up.wait_until_ready()
    assert (facts["environment"], facts["database"]) == ("paper", "embedded")

    doctor = up.beside("doctor", "--json")
    failed = [row for row in json.loads(doctor.stdout)["checks"] if row["level"] == "fail"]
    assert failed == []

    second = up.beside("up")
    assert second.returncode == 2
    assert f"in use by process {up.process.pid} " in second.stderr

    processes = up.tree()
    assert len(processes) >= 3
    # Ctrl-C reaches every process of the terminal's group.
    os.killpg(up.process.pid, signal.SIGINT)
    assert up.wait() == 0, up.words()
    _, alive = psutil.wait_procs(processes, timeout=5)
    assert alive == []


def test_a_process_that_dies_ends_the_desk_and_is_named(up: RunningUp) -> None:
    up.wait_until_ready()
    processes = up.tree()
    exchange = next(one for one in processes if "exchange_sim" in one.cmdline())
    exchange.kill()
    assert up.wait() == 1
    assert "autotrader: simulator ended with exit code -9" in up.words()
    _, alive = psutil.wait_procs(processes, timeout=5)
    assert alive == []
