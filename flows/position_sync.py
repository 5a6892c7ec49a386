"""Every two minutes: make the database equal to the exchange, and every position protected."""

from datetime import datetime

from prefect import flow

from config.current import current_settings
from flows.hooks import report_failure
from flows.schedule import run_name
from tasks.reports import SyncReport
from tasks.resources import open_resources
from tasks.sync import synchronise


@flow(
    name="position-sync",
    flow_run_name=run_name,
    on_failure=[report_failure],
    on_crashed=[report_failure],
    on_cancellation=[report_failure],
)
def position_sync(slot: datetime | None = None) -> SyncReport:
    """One synchronisation now; two at once do no harm. `slot` only names the run."""
    del slot
    with open_resources(current_settings(), role="position-sync") as resources:
        return synchronise(resources)
