"""Prefect's real server as a child process, and runs of our own process that report to it."""

import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Self

import httpx
from prefect.settings import (
    PREFECT_API_AUTH_STRING,
    PREFECT_API_KEY,
    PREFECT_API_URL,
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    PREFECT_HOME,
    temporary_settings,
)

from cli.stack.child_output import Sink
from cli.stack.children import Child
from cli.stack.environment import neutral_environment
from cli.stack.ports import LOOPBACK

# A path, because importing it would bring Prefect's whole server into this process.
_SERVER = Path(__file__).with_name("prefect_server.py")
_READY = timedelta(seconds=120)  # the first start makes Prefect's own database, on a busy machine

SERVER_SETTINGS: Mapping[str, str] = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # With Prefect's defaults its SQLite locks under our task runs: every second flow run met a 503
    # and waited two seconds for its retry (measured with 3.8.8 on 2026-11-21).
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "2",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
}


@dataclass(frozen=True, slots=True)
class PrefectServer:
    """A Prefect server that was started; it takes about ten seconds on a new folder."""

    child: Child
    folder: Path
    api_url: str

    def wait_until_ready(self) -> None:
        """Return when the API answers. Raises ChildError if it does not come up."""
        self.child.wait_until_ready(lambda: is_answering(self.api_url), _READY)

    def stop(self) -> None:
        """Stop the server."""
        self.child.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()


def start_prefect_server(
    folder: Path, port: int, *, log: Path | Sink, with_ui: bool = True
) -> PrefectServer:
    """Start a server that keeps its own data in `folder`; it is not ready yet."""
    folder.mkdir(parents=True, exist_ok=True)
    # -P: the script's own folder is no place to import from.
    command = [sys.executable, "-P", str(_SERVER), "server", "start"]
    options = ["--host", LOOPBACK, "--port", str(port), "--ui" if with_ui else "--no-ui"]
    environment = {**neutral_environment(), **SERVER_SETTINGS, "PREFECT_HOME": str(folder)}
    # In its own folder: Prefect also reads `.env`, `prefect.toml` and `pyproject.toml` of where
    # it stands.
    child = Child.start(
        "prefect server", [*command, *options], environment, log=log, cwd=folder.resolve()
    )
    return PrefectServer(child, folder, f"http://{LOOPBACK}:{port}/api")


def is_answering(api_url: str) -> bool:
    """Whether a Prefect API is there."""
    try:
        return httpx.get(f"{api_url}/health", timeout=2.0, trust_env=False).is_success
    except httpx.HTTPError:
        return False


@contextmanager
def runs_reported_to(server: PrefectServer) -> Iterator[None]:
    """Flows called inside the block report to `server`, whatever the owner's profile says.

    Prefect logs from warnings up only: what a run did is in its report.
    """
    own = {
        PREFECT_API_URL: server.api_url,
        PREFECT_API_KEY: None,
        PREFECT_API_AUTH_STRING: None,
        PREFECT_HOME: server.folder,
        # The heartbeat thread holds up the end of every flow run by a second.
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
    }
    with temporary_settings(own), quiet_prefect():
        yield


@contextmanager
def quiet_prefect() -> Iterator[None]:
    """Prefect logs warnings and worse inside the block."""
    logger = logging.getLogger("prefect")
    before = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(before)
