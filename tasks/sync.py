"""One synchronisation, step by step: a flow of its own, and the first thing every cycle does."""

from tasks.brakes import check_brakes
from tasks.protection import protect_positions
from tasks.recovery import adopt_late_orders, resolve_unfinished
from tasks.reports import SyncReport
from tasks.resources import Resources
from tasks.stops import manage_stops
from tasks.sync_comparing import compare_account
from tasks.sync_reading import AccountReading, read_account
from tasks.sync_recording import TakenIn, record_account
from tasks.sync_repairing import cancel_orphans
from tasks.sync_settling import settle_differences
from trading.reconcile import Discrepancy


def synchronise(resources: Resources) -> SyncReport:
    """Make the database equal to the exchange, and every position of the desk protected.

    Orders of unknown fate come first, so that what they became is part of the comparison.
    Protection comes before everything that can wait.
    """
    resolved = resolve_unfinished(resources)
    reading, taken, found = _look(resources)
    if found:
        reading, found = _look_again(resources, found)
    guarded = protect_positions(resources, reading)
    braked = check_brakes(resources, reading)
    adopt_late_orders(resources)
    manage_stops(resources, reading)
    cancel_orphans(resources, found)
    settled = settle_differences(resources, found, reading, guarded)
    return SyncReport(
        read_at=reading.read_at,
        positions=len(reading.positions),
        new_executions=len(taken.new_executions),
        new_ledger_rows=taken.new_ledger_rows,
        trades_opened=len(taken.trades.opened),
        trades_closed=len(taken.trades.closed),
        intents_resolved=len(resolved),
        positions_protected=len(guarded),
        brakes_tripped=len(braked.tripped),
        brakes_unsettled=len(braked.unsettled),
        discrepancies_found=len(found),
        discrepancies_open=settled.remaining,
    )


def _look(resources: Resources) -> tuple[AccountReading, TakenIn, tuple[Discrepancy, ...]]:
    reading = read_account(resources)
    taken = record_account(resources, reading)
    return reading, taken, compare_account(resources, reading)


def _look_again(
    resources: Resources, found: tuple[Discrepancy, ...]
) -> tuple[AccountReading, tuple[Discrepancy, ...]]:
    """A fresh reading, and the differences that it confirms, as it sees them.

    The exchange's lists lag one another by up to seconds (bybit_v5.md §2.6), so nothing is
    repaired or told on one answer. What shows in the second look only is the next sync's.
    """
    reading, _, again = _look(resources)
    before = {(item.kind, item.key) for item in found}
    return reading, tuple(item for item in again if (item.kind, item.key) in before)
