"""Answers that a new socket still owes: the login, and each subscription."""

from datetime import timedelta
from threading import Condition

from adapters.bybit.stream_frames import Frame, FrameKind

LOGIN = "login"


class Handshake:
    """What was asked for, what was granted, what was refused. Shared by two threads."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._open: set[str] = set()
        self._refused: dict[str, str] = {}

    def expect(self, request: str) -> None:
        """Await the answer to `request`; call it before sending, answers may be quick."""
        with self._changed:
            self._open.add(request)

    def settle(self, frame: Frame) -> None:
        """Take an answer of the exchange."""
        request = LOGIN if frame.kind is FrameKind.LOGIN else frame.request
        with self._changed:
            if request not in self._open:
                return
            self._open.remove(request)
            if frame.problem:
                self._refused[request] = frame.problem
            self._changed.notify_all()

    def wait(self, at_most: timedelta) -> dict[str, str]:
        """The requests without success and why, as soon as all are answered or time is up."""
        with self._changed:
            self._changed.wait_for(lambda: not self._open, at_most.total_seconds())
            late = dict.fromkeys(self._open, f"no answer within {at_most}")
            return self._refused | late
