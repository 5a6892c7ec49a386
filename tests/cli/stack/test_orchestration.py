import logging
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.settings import (
    PREFECT_API_KEY,
    PREFECT_API_URL,
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    PREFECT_HOME,
    temporary_settings,
)

from cli.stack.children import Child, ChildError
from cli.stack.orchestration import (
    PrefectServer,
    is_answering,
    runs_reported_to,
    start_prefect_server,
)
from cli.stack.ports import LOOPBACK, free_port


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PrefectServer]:
    """A server value over a process that only waits; nothing is asked of it."""
    child = Child.start(
        "prefect server",
        [sys.executable, "-c", "import signal; signal.pause()"],
        os.environ,
        log=tmp_path / "log",
    )
    with PrefectServer(child, tmp_path, "http://127.0.0.1:9/api") as running:
        yield running
    assert child.poll() is not None


def test_runs_report_to_the_server_whatever_the_owners_profile_says(
    server: PrefectServer, tmp_path: Path
) -> None:
    owners = {PREFECT_API_URL: "https://cloud.example/api", PREFECT_API_KEY: "the-owners-own"}

    with temporary_settings(owners), runs_reported_to(server):
        assert PREFECT_API_URL.value() == server.api_url
        assert PREFECT_API_KEY.value() is None
        assert PREFECT_HOME.value() == tmp_path
        assert PREFECT_FLOWS_HEARTBEAT_FREQUENCY.value() is None


def test_prefect_is_quiet_inside_the_block_only(server: PrefectServer) -> None:
    before = logging.getLogger("prefect").level

    with runs_reported_to(server):
        assert not logging.getLogger("prefect.flow_runs").isEnabledFor(logging.INFO)
        assert logging.getLogger("prefect.flow_runs").isEnabledFor(logging.WARNING)

    assert logging.getLogger("prefect").level == before


def test_nobody_answers_on_a_free_port() -> None:
    assert not is_answering(f"http://{LOOPBACK}:{free_port()}/api")


def test_a_server_that_cannot_start_is_told_in_prefects_words(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        listener.listen()
        port = listener.getsockname()[1]

        with (
            start_prefect_server(tmp_path, port, log=tmp_path / "log", with_ui=False) as server,
            pytest.raises(ChildError, match=f"{port} is already in use"),
        ):
            server.wait_until_ready()
