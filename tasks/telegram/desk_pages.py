"""Pages about the desk itself: its state at a glance, its decisions, its parts."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.queries import account, decisions, discrepancies, results, runs
from db.queries.decisions import DecisionLine
from db.queries.runs import Heartbeat
from db.repositories import approvals, halts, notifications
from tasks.telegram.account_pages import ACCOUNT_PAGES, Reader
from trading.model_alarms import Alarm
from trading.pages import Entry, Fact, Page, Subject, Unit
from trading.period_results import Period, midnight

_NEWEST_DECISIONS = 8
_REFUSED_SINCE = timedelta(days=1)


def status_page(session: Session, key: AccountKey, now: datetime) -> Page:
    """The account and the desk at a glance."""
    wallet, held = account.latest_wallet(session, key), account.positions(session, key)
    today = results.results_since(session, key, midnight(Period.DAY.start_of(now)))
    naked = [position.symbol for position in held if not position.is_protected]
    pulled = halts.open_halts(session, key)
    facts = (
        Fact("Equity", None if wallet is None else wallet.equity_usdt, Unit.USDT),
        Fact("Open profit", None if wallet is None else wallet.unrealised_pnl_usdt, Unit.CHANGE),
        Fact("Closed today", sum(pnl for _, pnl in today), Unit.CHANGE),
        Fact("Positions", len(held)),
        Fact("Waiting for you", len(approvals.waiting(session, key))),
        *(Fact("⛔ Halted", f"{one.kind} by {one.pulled_by}: {one.reason}") for one in pulled),
        *((Fact("⚠️ Unprotected", ", ".join(naked)),) if naked else ()),
    )
    return Page(f"{key.environment} / {key.account}", facts, remark=_age(wallet, now))


def decisions_page(session: Session, key: AccountKey, _now: datetime) -> Page:
    """The newest decisions and why they ended as they did."""
    newest = decisions.recent_decisions(session, key, limit=_NEWEST_DECISIONS)
    remark = "" if newest else "No decision yet."
    return Page("Last decisions", entries=tuple(map(_decision, newest)), remark=remark)


def health_page(session: Session, key: AccountKey, now: datetime) -> Page:
    """When each part of the desk last did its work, and what waits for a human."""
    unsettled = discrepancies.open_discrepancies(session, key)
    refused = notifications.count_given_up(session, key, since=now - _REFUSED_SINCE)
    facts = (
        Fact("Open differences", len(unsettled)),
        Fact("Messages not delivered", notifications.count_waiting(session, key)),
        *((Fact("⚠️ Messages refused in 24 h", refused),) if refused else ()),
    )
    beats = tuple(_beat(beat, now) for beat in runs.heartbeats(session, key))
    remark = "" if beats else "No part has given a sign of life yet."
    return Page("Health", (*facts, *beats), remark=remark)


def with_alarms(page: Page, model: str, found: Iterable[Alarm]) -> Page:
    """The page of the desk's health with what is wrong with its model, first of all."""
    alarms = tuple(Fact(f"⚠️ {alarm.kind.replace('_', ' ')}", alarm.detail) for alarm in found)
    return replace(page, facts=(*alarms, Fact("Model", model), *page.facts))


PAGES: Mapping[Subject, Reader] = MappingProxyType(
    {
        **ACCOUNT_PAGES,
        Subject.STATUS: status_page,
        Subject.DECISIONS: decisions_page,
        Subject.HEALTH: health_page,
    }
)
"""How every page is read."""


def _decision(line: DecisionLine) -> Entry:
    reason = "waiting" if line.reason is None else str(line.reason)
    return Entry(
        f"{line.symbol} {line.slot:%d %b %H:%M}",
        (
            Fact("Ended", reason),
            Fact("Action", None if line.action is None else str(line.action)),
            Fact("Confidence", line.confidence, Unit.FRACTION),
            *((Fact("Why", line.detail[:160]),) if line.detail else ()),
        ),
    )


def _beat(beat: Heartbeat, now: datetime) -> Fact:
    minutes = max(0, int((now - beat.beat_at).total_seconds()) // 60)
    return Fact(beat.component, f"{minutes} min ago")


def _age(wallet: object, now: datetime) -> str:
    if wallet is None:
        return "No wallet was read yet; the next sync does it."
    return f"As of {now:%d %b %H:%M} UTC"
