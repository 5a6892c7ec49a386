"""Take in what the exchange said: rows that are new, the mirror, and the trades they make."""

from dataclasses import dataclass

from db.repositories import executions, ledger, orders, positions, wallet
from db.unit_of_work import unit_of_work
from tasks.policies import SAFE_TO_RETRY
from tasks.resources import Resources
from tasks.steps import step
from tasks.sync_reading import AccountReading
from tasks.telling import tell_exits
from tasks.trades import BookedTrades, book_trades
from trading.executions import Execution


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What one reading added to the database."""

    new_executions: tuple[Execution, ...]
    new_ledger_rows: int
    trades: BookedTrades


@step(name="record-account", task_run_name="record account", **SAFE_TO_RETRY)
def record_account(resources: Resources, reading: AccountReading) -> TakenIn:
    """Store a reading in one transaction. Storing it twice changes nothing the second time."""
    key = resources.desk.account
    with unit_of_work(resources.sessions) as session:
        # The mirror first: it takes the capacity lock, in the same order as who reserves.
        positions.replace_mirror(session, key, reading.positions, read_at=reading.read_at)
        orders.upsert(session, key, (*reading.closed_orders, *reading.open_orders))
        new = executions.insert_new(session, key, reading.executions)
        booked = ledger.insert_new(session, key, reading.transactions)
        # Not only what is new here: a stream may have stored an execution that nobody booked.
        moved = {row.symbol for row in reading.executions}
        moved |= {position.symbol for position in reading.positions}
        trades = book_trades(session, key, moved, now=reading.read_at)
        recipient = resources.asking.recipient
        tell_exits(session, recipient, trades.closed, now=reading.read_at)
        wallet.snapshot(session, key, reading.wallet)
    return TakenIn(tuple(new), len(booked), trades)
