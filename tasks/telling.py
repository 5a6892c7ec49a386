"""Tell the owner of the desk's own events, each in the transaction in which it happens.

Nothing is sent here, so no messenger can hold up or undo an event (tasks/notifications.py).
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from db.repositories.discrepancies import Known
from db.repositories.halts import Halt
from db.repositories.intents import Intent
from db.repositories.trades import Trade
from tasks.notifications import Recipient, notify
from trading.intent_states import IntentState
from trading.notice_texts import (
    discrepancy_notice,
    entry_notice,
    exit_notice,
    halt_notice,
)


def tell_entry(session: Session, recipient: Recipient, ended: Intent, *, now: datetime) -> None:
    """That an order opened a position; silent about any other end, and about reductions."""
    if ended.state is IntentState.FILLED and not ended.order.reduce_only:
        notify(session, recipient, entry_notice(ended.order, ended.risk_usdt, now=now))


def tell_exits(
    session: Session, recipient: Recipient, closed: Iterable[Trade], *, now: datetime
) -> None:
    """What each of the trades that were just booked as closed has earned."""
    for trade in closed:
        if trade.pnl_usdt is None or trade.exit_reason is None:
            continue
        why = trade.exit_reason.replace("_", " ")
        notice = exit_notice(
            trade.id, trade.direction, trade.symbol, pnl_usdt=trade.pnl_usdt, why=why, now=now
        )
        notify(session, recipient, notice)


def tell_halt(session: Session, recipient: Recipient, halt: Halt) -> None:
    """That a brake was pulled; once, however often the same one is pulled again."""
    notice = halt_notice(
        halt.kind, halt.policy, by=halt.pulled_by, reason=halt.reason, now=halt.pulled_at
    )
    notify(session, recipient, notice)


def tell_escalated(session: Session, recipient: Recipient, row: Known, *, now: datetime) -> None:
    """That a difference waits for a human."""
    notify(
        session, recipient, discrepancy_notice(row.kind, row.subject, needs_human=True, now=now)
    )
