"""Child processes: each in a session of its own, stopped politely, then surely, never orphaned."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import IO, cast

import psutil

from cli.stack import leash
from cli.stack.child_output import ChildOutput, Sink
from trading.errors import AutotraderError

GRACE = timedelta(seconds=10)
"""How long a child may take to stop before it is killed."""

_PAUSE_SECONDS = 0.05
_KILLED_SECONDS = 5.0  # how long the system may take to end what was killed


class ChildError(AutotraderError):
    """A child process ended by itself or did not become ready; the message has its last lines."""


class Child:
    """A running process with its descendants, in a session of its own.

    Ctrl-C in our terminal does not reach it: who started it stops it. On Linux it is also told to
    stop when the thread that started it ends, so start it from the main thread.
    """

    def __init__(self, name: str, process: subprocess.Popen[str], output: ChildOutput) -> None:
        """Use `Child.start`."""
        self.name = name
        self._process = process
        self._output = output

    @classmethod
    def start(
        cls,
        name: str,
        command: Sequence[str],
        env: Mapping[str, str],
        *,
        log: Path | Sink,
        cwd: Path | None = None,
        announces: bool = False,
    ) -> "Child":
        """Start `command`; `log` and `announces` are explained by ChildOutput."""
        process = subprocess.Popen(  # noqa: S603 -- no shell, and the command is ours
            [sys.executable, "-IS", leash.__file__, str(os.getpid()), *command],
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        stream = cast("IO[str]", process.stdout)
        return cls(name, process, ChildOutput(stream, log, announces=announces))

    @property
    def process_id(self) -> int:
        """The id of the process, its group and its session."""
        return self._process.pid

    @property
    def announcement(self) -> str | None:
        """The line in which the child said that it is ready; None until then."""
        return self._output.announcement

    def poll(self) -> int | None:
        """The exit code, below 0 for a signal; None while it runs."""
        return self._process.poll()

    def wait_until_ready(self, check: Callable[[], bool], timeout: timedelta) -> None:
        """Return as soon as `check` says yes.

        Raises:
            ChildError: it ended, or `timeout` passed.
        """
        deadline = time.monotonic() + timeout.total_seconds()
        # Looked at before `check`, which somebody else may answer: a taken port ends the child.
        while (code := self.poll()) is None:
            if check():
                return
            if time.monotonic() > deadline:
                seconds = f"{timeout.total_seconds():g} s"
                raise ChildError(self._explain(f"was not ready after {seconds}"))
            time.sleep(_PAUSE_SECONDS)
        # What it said last may still be on its way; a descendant may keep the pipe open.
        self._output.drain(timeout=1.0)
        raise ChildError(self._explain(f"ended with exit code {code}"))

    def stop(self, grace: timedelta = GRACE) -> None:
        """End the process and all its descendants; what lives after `grace` is killed."""
        deadline = time.monotonic() + grace.total_seconds()
        others = self._descendants()
        with suppress(ProcessLookupError):
            os.killpg(self.process_id, signal.SIGTERM)
        # Popen waits for its own child: psutil would take the exit code away.
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(grace.total_seconds())
        self._kill([*_still_there(others, deadline), *self._descendants()])
        self._process.wait()
        self._output.close()

    def _kill(self, others: Sequence[psutil.Process]) -> None:
        if self._process.poll() is None:
            self._process.kill()
        for process in others:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        _still_there(others, time.monotonic() + _KILLED_SECONDS)

    def _descendants(self) -> list[psutil.Process]:
        """Children of children, also those that left the group or lost their parent."""
        found: list[psutil.Process] = []
        with suppress(psutil.NoSuchProcess):
            found = psutil.Process(self.process_id).children(recursive=True)
        return [*found, *(one for one in self._of_session() if one not in found)]

    def _of_session(self) -> list[psutil.Process]:
        return [
            one
            for one in psutil.process_iter()
            if one.pid != self.process_id and _session_of(one.pid) == self.process_id
        ]

    def _explain(self, what: str) -> str:
        last = "\n".join(f"  {line}" for line in self._output.last_lines())
        return f"{self.name} {what}; its last lines:\n{last or '  (it printed nothing)'}"


def _still_there(processes: Sequence[psutil.Process], deadline: float) -> list[psutil.Process]:
    """Which of them live at the deadline; returns as soon as none does.

    A zombie is gone: in a container whose first process reaps nobody it would stay for good.
    """
    while alive := [one for one in processes if _lives(one)]:
        if time.monotonic() > deadline:
            break
        time.sleep(_PAUSE_SECONDS)
    return alive


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _session_of(process_id: int) -> int | None:
    try:
        return os.getsid(process_id)
    except OSError:
        return None
