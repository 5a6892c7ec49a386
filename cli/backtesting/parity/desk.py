"""What the desk did: slot after slot on the replayed market, read from its own database."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from cli.backtesting.parity.stage import ParityOptions, Stage
from db.queries.account import latest_wallet
from db.queries.decisions import decisions_by_reason
from db.queries.trades import recent_trades
from db.repositories.trades import Trade
from db.unit_of_work import read_session
from flows.trading_cycle import run_cycle
from tasks.sync import synchronise
from trading.errors import InvariantError

Told = Callable[[int], None]
"""Hears after each slot how many are done."""


@dataclass(frozen=True, slots=True)
class DeskRun:
    """Trades oldest first, decisions counted by reason, and the last equity in USDT."""

    trades: tuple[Trade, ...]
    reasons: Counter[str]
    equity_usdt: Decimal


def run_desk(stage: Stage, options: ParityOptions, told: Told) -> DeskRun:
    """Trade every slot, then sync once more a slot later.

    Raises:
        InvariantError: a slot was skipped: the comparison would be of different days.
    """
    length = options.interval.length
    for number in range(options.slots):
        slot = stage.first + number * length
        stage.move_to(slot)
        report = run_cycle(stage.resources, slot)
        if report.skipped:
            raise InvariantError(f"the desk skipped the slot {slot.isoformat()}: {report.skipped}")
        told(number + 1)
    stage.move_to(stage.first + options.slots * length)
    synchronise(stage.resources)
    return _read(stage, options)


def _read(stage: Stage, options: ParityOptions) -> DeskRun:
    key = stage.resources.desk.account
    with read_session(stage.resources.sessions) as session:
        trades = recent_trades(session, key, limit=options.slots * len(options.symbols))
        wallet = latest_wallet(session, key)
        counted = decisions_by_reason(session, key)
    if wallet is None:
        raise InvariantError("the desk never read its wallet")
    return DeskRun(
        trades=tuple(reversed(trades)),
        reasons=Counter({str(row.reason or row.outcome): row.count for row in counted}),
        equity_usdt=wallet.equity_usdt,
    )
