"""The points at which a process can die, in the order in which they are passed."""

from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
import requests
from sqlalchemy import text
from sqlalchemy.orm import Session

from cli.faults.kill.points import Countdown, points
from tasks.policies import AT_MOST_ONCE
from tasks.steps import step


@step(name="add", task_run_name="add", **AT_MOST_ONCE)
def add(first: int, second: int) -> int:
    return first + second


class Answering(BaseHTTPRequestHandler):
    """Answers everything with nothing."""

    def do_GET(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


def test_a_step_has_a_point_before_and_after_it() -> None:
    names: list[str] = []

    with points(names.append):
        assert add(1, 2) == 3
        assert add.submit(1, 2).result() == 3

    assert names == ["before step add", "after step add"] * 2


def test_a_commit_has_a_point_before_and_after_it(session: Session) -> None:
    names: list[str] = []

    with points(names.append):
        session.execute(text("SELECT 1"))
        session.commit()

    assert names == ["before commit", "after commit"]


def test_a_request_can_be_lost_on_its_way_and_on_its_way_back() -> None:
    names: list[str] = []
    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        with points(names.append), requests.Session() as client:
            client.trust_env = False
            client.get(f"http://127.0.0.1:{server.server_port}/v5/time?secret=1")
        thread.join()

    assert names == [
        "before request /v5/time",
        "request sent, no answer yet /v5/time",
        "after answer /v5/time",
    ]


def test_nothing_is_counted_after_the_block() -> None:
    names: list[str] = []
    with points(names.append):
        pass

    add(1, 2)

    assert names == []


@pytest.mark.parametrize(("chosen", "acted_after"), [(None, []), (1, [1]), (3, [3]), (4, [])])
def test_a_countdown_acts_at_the_chosen_point_only(
    chosen: int | None, acted_after: list[int]
) -> None:
    acted: list[int] = []
    countdown = Countdown(chosen, lambda: acted.append(len(countdown.names)))

    for name in ("first", "second", "third"):
        countdown.reach(name)

    assert acted == acted_after
    assert countdown.names == ["first", "second", "third"]
