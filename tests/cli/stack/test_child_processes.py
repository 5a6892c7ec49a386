import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from cli.stack.children import Child, ChildError, _lives, _still_there

SOON = timedelta(seconds=20)
AT_ONCE = timedelta(seconds=0.2)

WAITS = "import signal, sys; print('up', flush=True); signal.pause()"
SAYS_BYE = """
import signal, sys
def leave(*_):
    print('bye', flush=True)
    sys.exit(7)
signal.signal(signal.SIGTERM, leave)
print('up', flush=True)
signal.pause()
"""
IGNORES = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('up', flush=True)
while True:
    signal.pause()
"""
HAS_CHILDREN = f"""
import subprocess, sys
subprocess.Popen([sys.executable, '-c', {IGNORES!r}])
subprocess.Popen([sys.executable, '-c', {IGNORES!r}], start_new_session=True)
{WAITS}
"""

Start = Callable[..., Child]


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def start(lines: list[str]) -> Iterator[Start]:
    """Starts Python programs whose output lands in `lines`; all are stopped after the test."""
    children: list[Child] = []

    def begin(program: str, *, announces: bool = False) -> Child:
        child = Child.start(
            "child", [sys.executable, "-c", program], os.environ, log=lines.append,
            announces=announces,
        )  # fmt: skip
        children.append(child)
        return child

    yield begin
    for child in children:
        child.stop(AT_ONCE)


def wait_for(child: Child, lines: list[str], *wanted: str) -> None:
    child.wait_until_ready(lambda: set(wanted) <= set(lines), SOON)


def test_what_a_child_prints_is_appended_to_its_log_file(tmp_path: Path) -> None:
    log = tmp_path / "deep" / "child.log"
    program = "import sys; print('out'); print('err', file=sys.stderr)"

    for _ in range(2):
        child = Child.start("child", [sys.executable, "-c", program], os.environ, log=log)
        child._process.wait()
        child.stop()

    assert sorted(log.read_text().split()) == ["err", "err", "out", "out"]


def test_a_child_gets_the_environment_and_folder_it_was_given(
    tmp_path: Path, lines: list[str]
) -> None:
    program = "import os; print(os.getcwd(), os.environ['COLOUR'], 'HOME' in os.environ)"
    child = Child.start(
        "child",
        [sys.executable, "-c", program],
        {"COLOUR": "blue"},
        log=lines.append,
        cwd=tmp_path,
    )
    child._process.wait()
    child.stop()

    assert lines == [f"{tmp_path} blue False"]


def test_an_announcement_is_kept_and_never_logged(start: Start, lines: list[str]) -> None:
    said = """print('hello'); print('{"key": 1}'); print('{"more": 2}', flush=True)"""
    child = start(said + "; " + WAITS, announces=True)

    wait_for(child, lines, "up")

    assert child.announcement == '{"key": 1}'
    assert lines == ["hello", '{"more": 2}', "up"]


def test_stopping_asks_politely_and_keeps_the_exit_code(start: Start, lines: list[str]) -> None:
    child = start(SAYS_BYE)
    wait_for(child, lines, "up")

    child.stop()

    assert lines == ["up", "bye"]
    assert child.poll() == 7


def test_a_child_that_does_not_listen_is_killed_after_the_grace(
    start: Start, lines: list[str]
) -> None:
    child = start(IGNORES)
    wait_for(child, lines, "up")

    child.stop(AT_ONCE)

    assert child.poll() == -signal.SIGKILL


def test_stopping_leaves_no_descendant_in_any_session(start: Start, lines: list[str]) -> None:
    child = start(HAS_CHILDREN)
    child.wait_until_ready(lambda: "".join(lines).count("up") == 3, SOON)
    family = psutil.Process(child.process_id).children(recursive=True)

    child.stop(AT_ONCE)

    assert len(family) == 2
    assert not [one for one in family if _lives(one)]


def test_descendants_of_a_child_that_died_are_found_by_their_session(start: Start) -> None:
    leaves = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {IGNORES!r}])"
    child = start(leaves)
    child._process.wait()

    child.stop(AT_ONCE)

    assert not [one for one in child._of_session() if _lives(one)]


def test_stopping_twice_is_no_fault(start: Start, lines: list[str]) -> None:
    child = start(WAITS)
    wait_for(child, lines, "up")

    child.stop()
    child.stop()

    assert child.poll() == -signal.SIGTERM


def test_a_child_that_ends_before_it_is_ready_is_told_with_its_last_lines(start: Start) -> None:
    child = start("import sys; print('no such folder'); sys.exit(3)")

    with pytest.raises(ChildError) as caught:
        child.wait_until_ready(lambda: False, SOON)

    assert str(caught.value) == ("child ended with exit code 3; its last lines:\n  no such folder")


def test_a_child_that_ended_is_not_ready_whoever_answers_the_check(start: Start) -> None:
    child = start("raise SystemExit(3)")
    child._process.wait()

    with pytest.raises(ChildError, match="exit code 3"):
        child.wait_until_ready(lambda: True, SOON)


def test_the_last_lines_are_part_of_the_message(start: Start, lines: list[str]) -> None:
    child = start("print('port 8900 is taken', flush=True); " + WAITS)
    wait_for(child, lines, "up")

    with pytest.raises(ChildError) as caught:
        child.wait_until_ready(lambda: False, AT_ONCE)

    assert str(caught.value) == (
        "child was not ready after 0.2 s; its last lines:\n  port 8900 is taken\n  up"
    )


def test_a_child_that_printed_nothing_says_so(start: Start) -> None:
    child = start("import signal; signal.pause()")

    with pytest.raises(ChildError, match="it printed nothing"):
        child.wait_until_ready(lambda: False, AT_ONCE)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of a dead parent")
def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    program = f"""
import os, pathlib, signal, sys
from cli.stack.children import Child
log = pathlib.Path({str(tmp_path / "log")!r})
child = Child.start('child', [sys.executable, '-c', {WAITS!r}], os.environ, log=log)
print(child.process_id, flush=True)
signal.pause()
"""
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=root, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        orphan = psutil.Process(int(parent.stdout.readline()))
        parent.kill()

    assert _still_there([orphan], time.monotonic() + SOON.total_seconds()) == []


def test_no_thread_is_left_when_a_child_was_stopped(start: Start, lines: list[str]) -> None:
    before = set(threading.enumerate())
    child = start(WAITS)
    wait_for(child, lines, "up")

    child.stop()

    assert set(threading.enumerate()) == before
