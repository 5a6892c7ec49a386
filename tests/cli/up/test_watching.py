import os
import sys
from datetime import timedelta

import pytest

from cli.stack.children import Child, ChildError
from cli.up.watching import require_running, wait_until_done

SOON = timedelta(seconds=20)


def start(code: str) -> Child:
    return Child.start("worker", [sys.executable, "-c", code], os.environ, log=lambda _line: None)


def test_a_child_that_ended_is_named_with_its_last_words() -> None:
    child = start("print('no pool'); raise SystemExit(4)")
    try:
        with pytest.raises(ChildError, match=r"worker ended with exit code 4.*\n.*no pool"):
            wait_until_done(child, SOON)
        with pytest.raises(ChildError, match="no pool"):
            require_running(child)
    finally:
        child.stop()


def test_a_child_that_did_its_work_is_done() -> None:
    child = start("print('deployed')")
    wait_until_done(child, SOON)
    child.stop()


def test_a_child_that_runs_is_let_alone_and_not_waited_for_without_end() -> None:
    child = start("import time; time.sleep(60)")
    try:
        require_running(child)
        with pytest.raises(ChildError, match=r"was not ready after 0\.1 s"):
            wait_until_done(child, timedelta(seconds=0.1))
    finally:
        child.stop()
