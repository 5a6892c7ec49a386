import os
import subprocess
import sys

import pytest

from cli.stack import leash


def run_leash(parent: int, *command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-IS", leash.__file__, str(parent), *command],
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_becomes_the_command() -> None:
    finished = run_leash(os.getpid(), sys.executable, "-c", "print('here'); raise SystemExit(5)")

    assert (finished.stdout, finished.returncode) == ("here\n", 5)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the parent is not looked at")
def test_it_ends_at_once_when_the_parent_is_gone_already() -> None:
    finished = run_leash(os.getpid() + 1, sys.executable, "-c", "print('here')")

    assert (finished.stdout, finished.returncode) == ("", 1)
