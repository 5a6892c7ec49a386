"""The notices of the desk's own events, in words for a phone. Each event has its dedupe key."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from trading.brakes import BrakeKind, TripPolicy
from trading.canonical import plain
from trading.model_alarms import Alarm, AlarmKind
from trading.notices import Notice, NoticeKind, Severity
from trading.orders import OrderRequest
from trading.positions import Direction
from trading.reasons import Refused


def entry_notice(order: OrderRequest, risk_usdt: Decimal, *, now: datetime) -> Notice:
    """A position was opened; `risk_usdt` is the planned loss."""
    text = (
        f"Entered: {order.side} {plain(order.quantity)} {order.symbol}\n"
        f"Stop {plain(order.stop_loss)}, target {plain(order.take_profit)}\n"
        f"Risk {risk_usdt:.2f} USDT"
    )
    return Notice(NoticeKind.ENTRY, Severity.INFO, f"entry {order.link_id}", text, now)


def exit_notice(
    trade_id: object,
    direction: Direction,
    symbol: str,
    *,
    pnl_usdt: Decimal,
    why: str,
    now: datetime,
) -> Notice:
    """A trade ended with `pnl_usdt` after fees and funding; `why` names what ended it."""
    text = f"Closed: {direction} {symbol}\nResult {pnl_usdt:+.2f} USDT ({why})"
    return Notice(NoticeKind.EXIT, Severity.INFO, f"exit {trade_id}", text, now)


def halt_notice(
    kind: BrakeKind, policy: TripPolicy, *, by: str, reason: str, now: datetime
) -> Notice:
    """Entries stopped. A brake that tripped by itself is critical, a halt by hand is not."""
    severity = Severity.WARNING if kind is BrakeKind.MANUAL else Severity.CRITICAL
    text = f"Halted ({kind}, {policy} positions) by {by}: {reason}"
    return Notice(NoticeKind.HALT, severity, f"halt {kind} {policy} {now.isoformat()}", text, now)


def unprotected_notice(symbol: str, detail: str, *, now: datetime) -> Notice:
    """A position without its stop: always critical, told once an hour while it lasts."""
    text = f"⚠️ {symbol} has no stop: {detail}"
    return Notice(NoticeKind.PROTECTION, Severity.CRITICAL, f"unprotected {symbol}", text, now)


def closed_unprotected_notice(symbol: str, detail: str, *, now: datetime) -> Notice:
    """We closed a position because no stop would stand; `detail` says what was tried."""
    text = f"⚠️ {symbol} had no stop, so it is closed: {detail}"
    key = f"closed unprotected {symbol}"
    return Notice(NoticeKind.PROTECTION, Severity.CRITICAL, key, text, now)


def discrepancy_notice(kind: str, subject: str, *, needs_human: bool, now: datetime) -> Notice:
    """The database and the exchange differ; told once an hour while it lasts."""
    severity = Severity.CRITICAL if needs_human else Severity.WARNING
    text = f"Difference: {kind.replace('_', ' ')} of {subject}"
    if needs_human:
        text += "; it needs you, see `autotrader inbox`"
    return Notice(NoticeKind.DISCREPANCY, severity, f"{kind} {subject}", text, now)


def not_sent_notice(proposal_id: UUID, refused: Refused, *, now: datetime) -> Notice:
    """An order the owner said yes to is not sent after all."""
    text = f"Approved, but not sent ({str(proposal_id)[-12:]}): {refused.detail}"
    key = f"not sent {proposal_id}"
    return Notice(NoticeKind.APPROVAL, Severity.WARNING, key, text, now)


def alarm_notice(model: str, alarm: Alarm, *, now: datetime) -> Notice:
    """Something is wrong with the model; its key begins with `alarm_key`."""
    kind = alarm.kind
    key = f"{alarm_key(model, kind)}{_RAISED} {now.isoformat()}"
    return Notice(kind.notice, kind.severity, key, f"Model {model}: {alarm.detail}", now)


def alarm_over_notice(model: str, kind: AlarmKind, *, now: datetime) -> Notice:
    """What was wrong with the model is so no more."""
    key = f"{alarm_key(model, kind)}{_OVER} {now.isoformat()}"
    text = f"Over: {kind.replace('_', ' ')} of model {model}"
    return Notice(kind.notice, Severity.INFO, key, text, now)


def alarm_key(model: str, kind: AlarmKind) -> str:
    """How the keys of everything begin that is told about one kind of alarm of one model."""
    return f"model {model} {kind}: "


def is_raised(dedupe_key: str, model: str, kind: AlarmKind) -> bool:
    """Whether a key is that of an alarm itself, not of its end."""
    return dedupe_key.startswith(f"{alarm_key(model, kind)}{_RAISED} ")


_RAISED, _OVER = "raised", "over"
