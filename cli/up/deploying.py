"""Tell Prefect what runs when: the work pool, and the deployments of prefect.yaml."""

import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.workers.process import ProcessWorker

import config
from cli.stack.child_output import Sink
from cli.stack.children import Child
from cli.up.watching import wait_until_done
from trading.errors import MisconfiguredError

POOL = "autotrader"
_LONGEST = timedelta(seconds=120)


def project_folder() -> Path:
    """Where prefect.yaml is: the checkout that is installed.

    Raises:
        MisconfiguredError: there is none; the package was installed without its checkout.
    """
    folder = Path(config.__file__).parent.parent
    if not (folder / "prefect.yaml").is_file():
        message = (
            f"prefect.yaml is not in {folder}, so there is nothing to deploy; install the project "
            "from its checkout with `make setup`"
        )
        raise MisconfiguredError(message)
    return folder


def create_pool(api_url: str) -> None:
    """The process work pool of the desk; one that is there stays as it is."""
    template = ProcessWorker.get_default_base_job_template()
    pool = WorkPoolCreate(name=POOL, type=ProcessWorker.type, base_job_template=template)
    with (
        temporary_settings({PREFECT_API_URL: api_url}),
        get_client(sync_client=True) as client,
        suppress(ObjectAlreadyExists),
    ):
        client.create_work_pool(pool)


def deploy_all(environment: Mapping[str, str], *, log: Sink) -> None:
    """Register every deployment of prefect.yaml; those that are there are brought up to date.

    Raises:
        ChildError: Prefect did not accept one; the message has its own words.
    """
    command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"]
    child = Child.start("prefect deploy", command, environment, log=log, cwd=project_folder())
    try:
        wait_until_done(child, _LONGEST)
    finally:
        child.stop()


def start_worker(environment: Mapping[str, str], *, log: Sink) -> Child:
    """A worker that runs what the schedules ask for, each run in a process of its own."""
    command = [sys.executable, "-m", "prefect", "worker", "start"]
    options = ["--pool", POOL, "--type", ProcessWorker.type]
    return Child.start("worker", [*command, *options], environment, log=log, cwd=project_folder())
