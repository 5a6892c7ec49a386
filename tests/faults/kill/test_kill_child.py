"""A forked child tells by its exit code how it ended, and never runs on as its parent."""

import os
import signal
from pathlib import Path

import pytest

from cli.faults.kill.child import Child, ExitCode
from cli.faults.kill.points import die, stand_still
from trading.errors import ExchangeRetryableError, InvariantError


def succeed() -> None:
    return None


def lose_answer() -> None:
    raise ExchangeRetryableError("the exchange did not answer")


def find_bug() -> None:
    raise InvariantError("a size below zero")


def divide() -> None:
    raise ZeroDivisionError


def leave() -> None:
    raise SystemExit(0)


@pytest.mark.parametrize(
    ("task", "code"),
    [
        (succeed, ExitCode.DONE),
        (lose_answer, ExitCode.FAILED),
        (find_bug, ExitCode.BROKE),
        (divide, ExitCode.BROKE),
        (leave, ExitCode.BROKE),
        (die, -signal.SIGKILL),
    ],
)
def test_the_exit_code_says_how_the_task_ended(task: object, code: int, log: Path) -> None:
    assert callable(task)

    assert Child.start(task, log).wait() == code


def test_what_it_raised_is_in_the_log(log: Path) -> None:
    Child.start(find_bug, log).wait()

    assert log.read_text().endswith("InvariantError: a size below zero\n")


def test_what_it_prints_does_not_reach_our_terminal(
    log: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    Child.start(lambda: os.write(2, b"noise"), log).wait()

    assert capfd.readouterr() == ("", "")
    assert log.with_suffix(".output").read_bytes() == b"noise"


def test_a_stopped_child_goes_on_where_it_stood(tmp_path: Path, log: Path) -> None:
    done = tmp_path / "done"

    def stop_and_write() -> None:
        stand_still()
        done.touch()

    child = Child.start(stop_and_write, log)
    child.wait_until_stopped()
    assert not done.exists()
    child.go_on()

    assert child.wait() == ExitCode.DONE
    assert done.exists()


def test_a_child_that_ends_instead_of_stopping_is_told(log: Path) -> None:
    with pytest.raises(InvariantError, match="ended with exit code 0"):
        Child.start(succeed, log).wait_until_stopped()


def test_who_does_not_end_is_killed(log: Path) -> None:
    child = Child.start(signal.pause, log)

    assert child.wait_or_kill(0.05) == -signal.SIGKILL


def test_a_child_ends_with_its_block(log: Path) -> None:
    with Child.start(signal.pause, log) as child:
        pass

    with pytest.raises(ProcessLookupError):
        child.kill()


def test_a_child_that_was_waited_for_is_left_alone(log: Path) -> None:
    with Child.start(succeed, log) as child:
        assert child.wait() == ExitCode.DONE
