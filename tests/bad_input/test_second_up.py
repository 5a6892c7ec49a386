"""A second desk on the same data folder."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from cli.stack.ports import free_port
from tests.bad_input.commands import PATIENCE_SECONDS, Command, begin, ended


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, object]:
    """A data folder of the test's own, and ports that nobody uses."""
    return {
        "data_folder": tmp_path / "data",
        "sim_port": free_port(),
        "prefect_port": free_port(),
        "web_port": free_port(),
    }


@pytest.fixture
def first(tmp_path: Path, settings: dict[str, object]) -> Iterator["subprocess.Popen[str]"]:
    """A desk that owns the folder and is starting its processes."""
    running = begin("up", cwd=tmp_path, **settings)
    postgres = tmp_path / "data" / "postgres" / "cluster" / "postmaster.pid"
    try:
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while not postgres.exists() and running.poll() is None:
            assert time.monotonic() < give_up_at, "the first desk did not start its database"
            time.sleep(0.05)
        yield running
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGTERM)
            running.communicate(timeout=PATIENCE_SECONDS)


def test_it_is_refused_with_the_owner_named_and_the_first_goes_on(
    command: Command,
    first: "subprocess.Popen[str]",
    settings: dict[str, object],
    tmp_path: Path,
) -> None:
    others = {"sim_port": free_port(), "prefect_port": free_port(), "web_port": free_port()}

    told = command("up", **{**settings, **others})

    assert told.code == 2
    assert told.err.startswith(
        f"autotrader: the data folder {tmp_path / 'data'} is in use by process {first.pid} ("
    )
    assert told.err.endswith(
        "; stop it first, or choose another folder with AUTOTRADER_DATA_FOLDER\n"
    )
    assert first.poll() is None

    family = psutil.Process(first.pid).children(recursive=True)
    os.kill(first.pid, signal.SIGINT)
    stopped = ended(first)
    _, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []
    assert stopped.code == 0
    assert "Traceback" not in stopped.err
    assert not (tmp_path / "data" / "postgres" / "cluster" / "postmaster.pid").exists()
