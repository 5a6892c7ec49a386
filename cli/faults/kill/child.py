"""A process that works for the auditor and may die at it: forked, so that it begins at once."""

import os
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from threading import Timer
from typing import Self

from sqlalchemy.exc import SQLAlchemyError

from db.seat import SeatLostError
from trading.errors import BadDataError, ExchangeError, InvariantError, MisconfiguredError

_EXPECTED = (BadDataError, ExchangeError, MisconfiguredError, SQLAlchemyError, SeatLostError)


class ExitCode(IntEnum):
    """How a child ended that was not ended by a signal."""

    DONE = 0
    BROKE = 1
    """By an exception that no run may raise: a bug of the desk."""
    FAILED = 2
    """By one that a run may raise in trouble; the next run comes."""


@dataclass(frozen=True, slots=True)
class Child:
    """A running child of this process. Wait for it, or leave its block: then it is ended."""

    process_id: int

    @classmethod
    def start(cls, task: Callable[[], object], log: Path) -> Self:
        """Do `task` in a copy of this process; what it raises is added to `log`.

        The copy has one thread only, and nothing of its own is cleaned up at its end.
        """
        process_id = os.fork()
        if process_id == 0:
            _do(task, log)
        return cls(process_id)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        with suppress(ChildProcessError):  # it was waited for, and its id may be another's
            ended, _ = os.waitpid(self.process_id, os.WNOHANG)
            if not ended:
                self.kill()
                self.wait()

    def wait(self) -> int:
        """The exit code: one of `ExitCode`, or below zero the signal that ended it."""
        _, status = os.waitpid(self.process_id, 0)
        return os.waitstatus_to_exitcode(status)

    def wait_or_kill(self, seconds: float) -> int:
        """The exit code as in `wait`; who has not ended after so many seconds is killed."""
        alarm = Timer(seconds, self.kill)
        alarm.start()
        code = self.wait()
        alarm.cancel()
        return code

    def wait_until_stopped(self) -> None:
        """Return when the child was stopped by SIGSTOP.

        Raises:
            InvariantError: it ended instead.
        """
        _, status = os.waitpid(self.process_id, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            code = os.waitstatus_to_exitcode(status)
            message = f"a child was to stop in its work and ended with exit code {code}"
            raise InvariantError(message)

    def go_on(self) -> None:
        """Let a stopped child go on from where it stood."""
        os.kill(self.process_id, signal.SIGCONT)

    def kill(self) -> None:
        """End it as by a power cut."""
        os.kill(self.process_id, signal.SIGKILL)


def _do(task: Callable[[], object], log: Path) -> None:
    code = ExitCode.BROKE
    try:
        _redirect_output(log)
        task()
        code = ExitCode.DONE
    finally:
        # Whatever happened, this copy must not run on as if it were the process it was forked off.
        error = sys.exception()
        if error is not None:
            with log.open("a") as file:
                traceback.print_exception(error, file=file)
        if isinstance(error, _EXPECTED) and not isinstance(error, InvariantError):
            code = ExitCode.FAILED
        os._exit(code)


def _redirect_output(log: Path) -> None:
    """What libraries print goes to a file beside the log, not to our terminal."""
    with log.with_suffix(".output").open("ab") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
