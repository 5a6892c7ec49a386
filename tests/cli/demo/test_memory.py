import os
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest

from cli.demo.memory import PeakMemory
from cli.stack.children import Child

BIG = "import signal; block = b'x' * (64 * 1024 * 1024); print('up', flush=True); signal.pause()"


@pytest.fixture
def big() -> Iterator[Child]:
    lines: list[str] = []
    child = Child.start("big", [sys.executable, "-c", BIG], os.environ, log=lines.append)
    child.wait_until_ready(lambda: "up" in lines, timedelta(seconds=20))
    yield child
    child.stop()


def test_the_largest_sample_of_each_process_is_kept(big: Child) -> None:
    memory = PeakMemory({"big": big.process_id})
    memory.sample()
    first = memory.in_mib()

    big.stop()
    memory.sample()

    assert first["big"] >= 64
    assert memory.in_mib()["big"] == first["big"]
    assert first["desk"] > 0


def test_a_process_that_is_not_ours_to_see_is_left_out() -> None:
    memory = PeakMemory({"database": None})

    memory.sample()

    assert set(memory.in_mib()) == {"desk"}
