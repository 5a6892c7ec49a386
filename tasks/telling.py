"""Tell the owner of the desk's own events, each in the transaction in which it happens.

Nothing is sent here, so no messenger can hold up or undo an event (tasks/notifications.py).
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from db.repositories import notifications
from db.repositories.discrepancies import Known
from db.repositories.halts import Halt
from db.repositories.intents import Intent
from db.repositories.trades import Trade
from tasks.notifications import Recipient, notify
from trading.intent_states import IntentState
from trading.model_alarms import Alarm, AlarmKind
from trading.notice_texts import (
    alarm_key,
    alarm_notice,
    alarm_over_notice,
    discrepancy_notice,
    entry_notice,
    exit_notice,
    halt_notice,
    is_raised,
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


def tell_alarms(
    session: Session, recipient: Recipient, model: str, found: Iterable[Alarm], *, now: datetime
) -> None:
    """What is wrong with a model: each kind once a UTC day while it lasts, and its end once.

    What was told before is read from the outbox, so let nobody else tell meanwhile.
    """
    standing = {alarm.kind: alarm for alarm in found}
    for kind in AlarmKind:
        newest = notifications.newest_beginning(session, recipient.account, alarm_key(model, kind))
        was_raised = newest is not None and is_raised(newest.dedupe_key, model, kind)
        if kind not in standing:
            if was_raised:
                notify(session, recipient, alarm_over_notice(model, kind, now=now))
            continue
        if was_raised and newest is not None and newest.created_at.date() >= now.date():
            continue
        notify(session, recipient, alarm_notice(model, standing[kind], now=now))
