"""Every two minutes: make the database equal to the exchange, and every position protected."""

from dataclasses import dataclass
from datetime import datetime

from prefect import flow

from config.current import current_settings
from flows.hooks import report_failure
from flows.schedule import run_name, scheduled_at
from flows.trading_cycle import resume_cycle
from tasks.first_look import look_at_model
from tasks.reports import CycleReport, SyncReport, publish_cycle
from tasks.resources import Resources, open_resources
from tasks.sync import synchronise
from tasks.sync_approvals import ApprovalsSettled, settle_approvals
from tasks.watching import watch_model


@flow(
    name="position-sync",
    flow_run_name=run_name,
    on_failure=[report_failure],
    on_crashed=[report_failure],
    on_cancellation=[report_failure],
)
def position_sync(slot: datetime | None = None) -> SyncReport:
    """One synchronisation now; two at once do no harm. `slot` names the run of a schedule."""
    with open_resources(current_settings(), role="position-sync") as resources:
        done = run_sync(resources)
        # Whoever syncs by hand, before a trade for example, does not wait for a model.
        if slot is not None or scheduled_at() is not None:
            look_at_model(current_settings(), resources)
    if done.resumed is not None:
        publish_cycle(done.resumed)
    return done.report


@dataclass(frozen=True, slots=True)
class Synced:
    """A sync, what became of the owner's word, and the cycle that it finished; None: none died."""

    report: SyncReport
    approvals: ApprovalsSettled
    resumed: CycleReport | None


def run_sync(resources: Resources) -> Synced:
    """A synchronisation, the orders that wait for the owner or for us, and the rest of a cycle.

    In this order: what the owner approved is counted against positions that were just read, and
    a cycle whose process died comes last because the analyst takes its time.
    """
    report = synchronise(resources)
    approvals = settle_approvals(resources)
    watch_model(resources)
    return Synced(report, approvals, resume_cycle(resources))
