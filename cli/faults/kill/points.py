"""The points at which a process can die: around every step, every commit, every request.

Installed in a child process of the auditor only; the desk itself knows nothing of it.
"""

import http.client
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from requests.adapters import HTTPAdapter
from sqlalchemy import event
from sqlalchemy.orm import Session

from tasks.steps import Step

Reach = Callable[[str], None]


class Countdown:
    """Counts the points that are passed; at the one numbered `chosen`, from 1, it acts."""

    def __init__(self, chosen: int | None, act: Callable[[], object]) -> None:
        self.names: list[str] = []
        self._chosen = chosen
        self._act = act

    def reach(self, name: str) -> None:
        """Pass a point; at the chosen one, do what is to happen there."""
        self.names.append(name)
        if len(self.names) == self._chosen:
            self._act()


def die() -> None:
    """End as by a power cut: nothing is cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)


def stand_still() -> None:
    """Stop until somebody lets this process go on."""
    os.kill(os.getpid(), signal.SIGSTOP)


@contextmanager
def points(reach: Reach) -> Iterator[None]:
    """Calls `reach` with the name of every point that is passed inside the block."""
    with ExitStack() as stack:
        stack.enter_context(_around_steps(reach))
        stack.enter_context(_around_commits(reach))
        stack.enter_context(_around_requests(reach))
        yield


@contextmanager
def _around_steps(reach: Reach) -> Iterator[None]:
    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def do(self: Any, *arguments: Any, **options: Any) -> Any:
            reach(f"before step {self.name}")
            result = call(self, *arguments, **options)
            reach(f"after step {self.name}")
            return result

        return do

    with (
        patch.object(Step, "__call__", counted(Step.__call__)),
        patch.object(Step, "submit", counted(Step.submit)),
    ):
        yield


@contextmanager
def _around_commits(reach: Reach) -> Iterator[None]:
    def before(_session: Session) -> None:
        reach("before commit")

    def after(_session: Session) -> None:
        reach("after commit")

    event.listen(Session, "before_commit", before)
    event.listen(Session, "after_commit", after)
    try:
        yield
    finally:
        event.remove(Session, "before_commit", before)
        event.remove(Session, "after_commit", after)


@contextmanager
def _around_requests(reach: Reach) -> Iterator[None]:
    send, answer = HTTPAdapter.send, http.client.HTTPConnection.getresponse
    asked: list[str] = []

    def counted_send(self: HTTPAdapter, request: Any, *arguments: Any, **options: Any) -> Any:
        asked[:] = [request.path_url.partition("?")[0]]
        reach(f"before request {asked[0]}")
        response = send(self, request, *arguments, **options)
        reach(f"after answer {asked[0]}")
        return response

    def counted_answer(self: http.client.HTTPConnection) -> http.client.HTTPResponse:
        reach(f"request sent, no answer yet {asked[0]}")
        return answer(self)

    with (
        patch.object(HTTPAdapter, "send", counted_send),
        patch.object(http.client.HTTPConnection, "getresponse", counted_answer),
    ):
        yield
