"""Every hour: look at each symbol, decide, and place what passes the limits."""

from datetime import datetime
from typing import Any

from prefect import flow
from prefect.futures import PrefectFuture
from prefect.runtime import flow_run
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from config.current import current_settings
from flows.hooks import report_failure
from flows.schedule import run_name, scheduled_at
from tasks.entering import enter_trade
from tasks.entries import Decided, decide
from tasks.one_processor import one_by_one, spare_what_was_imported
from tasks.preparation import Agenda, prepare_cycle
from tasks.reports import CycleReport, publish_cycle, report_cycle, report_skip
from tasks.resources import Resources, open_resources
from tasks.resuming import finish_interrupted
from tasks.slots import (
    Claim,
    Skipped,
    abandoned_slot,
    claim_slot,
    due_slot,
    finish_slot,
    run_alone,
    slot_kept,
)
from tasks.study import Study, study_symbol
from tasks.sync import synchronise

FLOW = "trading-cycle"

# As many as there may be symbols: all of them wait for the analyst at the same time.
_THREADS: TaskRunner[Any] = ThreadPoolTaskRunner(max_workers=50)


@flow(
    name=FLOW,
    flow_run_name=run_name,
    task_runner=_THREADS,
    on_failure=[report_failure],
    on_crashed=[report_failure],
    on_cancellation=[report_failure],
)
def trading_cycle(slot: datetime | None = None) -> CycleReport:
    """One cycle for `slot`, by default the one that is due now. A slot runs once, ever."""
    settings = current_settings()
    with open_resources(settings, role=FLOW, charts=len(settings.symbols)) as resources:
        report = run_cycle(resources, slot or scheduled_at())
    publish_cycle(report)
    return report


def run_cycle(resources: Resources, due: datetime | None) -> CycleReport:
    """The run of the slot that is due: the only one of its account, or none at all."""
    spare_what_was_imported()
    slot = due_slot(resources, due)
    with run_alone(resources, FLOW) as is_alone:
        claim = claim_slot(resources, FLOW, slot, flow_run.name or FLOW, is_alone)
        if isinstance(claim, Skipped):
            return report_skip(slot, claim)
        with slot_kept(resources, claim):
            return _run_slot(resources, claim)


def resume_cycle(resources: Resources) -> CycleReport | None:
    """The run of a slot whose process died in it, None if no slot was left behind."""
    slot = abandoned_slot(resources, FLOW)
    return None if slot is None else run_cycle(resources, slot)


def _run_slot(resources: Resources, claim: Claim) -> CycleReport:
    """The order of the day: sync, study, decide, place, resolve, sync again, report."""
    finish_interrupted(resources, claim)
    synchronise(resources)
    agenda = prepare_cycle(resources, claim)
    studies = _study(resources, agenda)
    decided = _decide(resources, claim, agenda, studies)
    if _execute(resources, decided):
        synchronise(resources)
    report = report_cycle(resources, claim)
    finish_slot(resources, claim)
    return report


def _study(resources: Resources, agenda: Agenda) -> dict[str, PrefectFuture[Study]]:
    """All due symbols at once, or nearly: the analyst takes seconds, and mostly waits."""
    return {
        instrument.symbol: study_symbol.submit(resources, instrument, None)
        for instrument in one_by_one(agenda.due)
    }


def _decide(
    resources: Resources, claim: Claim, agenda: Agenda, studies: dict[str, PrefectFuture[Study]]
) -> list[Decided]:
    """One after another in the owner's order, which so decides who gets the last free slot.

    Each as soon as its turn has come: the analyst still thinks about the symbols after it.
    """
    settled = {study.symbol: study for study in agenda.settled}
    return [
        decide(resources, claim, agenda, settled.get(symbol) or studies[symbol].result())
        for symbol in resources.desk.symbols
        if symbol not in agenda.concluded
    ]


def _execute(resources: Resources, decided: list[Decided]) -> int:
    """Send all committed orders at once and learn what became of them; their number."""
    entries = [item.entry for item in decided if item.entry is not None]
    futures = [enter_trade.submit(resources, item.intent, item.approved) for item in entries]
    return len([future.result() for future in futures])
