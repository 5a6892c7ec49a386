"""One synchronisation, step by step: a flow of its own, and the first thing every cycle does."""

from tasks.protection import protect_positions
from tasks.recovery import resolve_unfinished
from tasks.reports import SyncReport
from tasks.resources import Resources
from tasks.sync_comparing import ADOPTED, compare_account, settle_differences
from tasks.sync_reading import AccountReading, read_account
from tasks.sync_recording import TakenIn, record_account
from trading.reconcile import Discrepancy


def synchronise(resources: Resources) -> SyncReport:
    """Make the database equal to the exchange, and every position of the desk protected.

    Orders of unknown fate come first, so that what they became is part of the comparison.
    """
    resolved = resolve_unfinished(resources)
    reading, taken, found = _look(resources)
    if found:
        reading, found = _look_again(resources, found)
    guarded = protect_positions(resources, reading)
    still_open = settle_differences(resources, found, reading)
    return SyncReport(
        read_at=reading.read_at,
        positions=len(reading.positions),
        new_executions=len(taken.new_executions),
        new_ledger_rows=taken.new_ledger_rows,
        trades_opened=len(taken.trades.opened),
        trades_closed=len(taken.trades.closed),
        intents_resolved=len(resolved),
        positions_protected=len(guarded),
        discrepancies_found=len(found),
        discrepancies_open=still_open,
    )


def _look(resources: Resources) -> tuple[AccountReading, TakenIn, tuple[Discrepancy, ...]]:
    reading = read_account(resources)
    taken = record_account(resources, reading)
    return reading, taken, compare_account(resources, reading, taken)


def _look_again(
    resources: Resources, found: tuple[Discrepancy, ...]
) -> tuple[AccountReading, tuple[Discrepancy, ...]]:
    """A fresh reading, and the differences that it confirms.

    The exchange's lists lag one another by up to seconds (bybit_v5.md §2.6), so nothing is
    repaired on one answer. What another hand did is a fact the first time it is seen.
    """
    reading, _, again = _look(resources)
    confirmed = {(item.kind, item.key) for item in again}
    kept = (item for item in found if item.kind in ADOPTED or (item.kind, item.key) in confirmed)
    return reading, tuple(kept)
