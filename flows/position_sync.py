"""Every two minutes: make the database equal to the exchange, and every position protected."""

from datetime import datetime

from prefect import flow

from config.current import current_settings
from flows.hooks import report_failure
from flows.schedule import run_name
from flows.trading_cycle import resume_cycle
from tasks.reports import SyncReport, publish_cycle
from tasks.resources import Resources, open_resources
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
        report = synchronise(resources)
        resumed = resume_cycle(resources)
    if resumed is not None:
        publish_cycle(resumed)
    return report


def run_sync(resources: Resources) -> SyncReport:
    """A synchronisation, and the rest of a cycle whose process died."""
    report = synchronise(resources)
    resume_cycle(resources)
    return report
