"""Every two minutes: make the database equal to the exchange, and every position protected."""

from dataclasses import dataclass
from datetime import datetime

from prefect import flow

from config.current import current_settings
from flows.hooks import report_failure
from flows.schedule import run_name
from flows.trading_cycle import resume_cycle
from tasks.reports import CycleReport, SyncReport, publish_cycle
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
        done = run_sync(resources)
    if done.resumed is not None:
        publish_cycle(done.resumed)
    return done.report


@dataclass(frozen=True, slots=True)
class Synced:
    """A sync, and the cycle that it finished; None if none had died."""

    report: SyncReport
    resumed: CycleReport | None


def run_sync(resources: Resources) -> Synced:
    """A synchronisation, and the rest of a cycle whose process died."""
    return Synced(synchronise(resources), resume_cycle(resources))
