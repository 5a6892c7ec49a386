"""Prefect's API for a command by hand: that of the settings, or one started here and stopped."""

from collections.abc import Iterator
from contextlib import contextmanager

from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    temporary_settings,
)

from cli.output import warn
from cli.stack.orchestration import (
    is_answering,
    quiet_prefect,
    runs_reported_to,
    start_prefect_server,
)
from cli.stack.ports import free_port
from config.settings import Settings

PREFECT_FOLDER = "prefect"
"""Where in the data folder Prefect's own data lives."""


def prefect_answers(settings: Settings) -> bool:
    """Whether the Prefect API of the settings is there."""
    return is_answering(settings.prefect_url)


@contextmanager
def prefect_api(settings: Settings) -> Iterator[None]:
    """Flows called inside the block report to the Prefect API of the settings, or to one of ours.

    A server of ours takes about ten seconds to start and keeps its runs in the data folder.
    """
    if prefect_answers(settings):
        own = {PREFECT_API_URL: settings.prefect_url, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}
        with temporary_settings(own), quiet_prefect():
            yield
        return
    warn(f"Prefect does not answer at {settings.prefect_url}; starting it for this run.")
    folder = settings.data_folder.resolve() / PREFECT_FOLDER
    log = folder / "server.log"
    with start_prefect_server(folder, free_port(), log=log, with_ui=False) as server:
        server.wait_until_ready()
        with runs_reported_to(server):
            yield
