"""The day and the week in one message each, with a picture of the results."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from db.keys import AccountKey
from db.queries import account, results
from db.queries.model_bills import model_bill
from db.repositories import charts, notifications
from db.unit_of_work import unit_of_work
from tasks.notifications import Recipient, notify
from trading.notices import Loudness, Notice, NoticeKind, Severity
from trading.period_results import (
    Period,
    PnlPicture,
    Result,
    last_starts,
    midnight,
    results_by,
)

WIDTH, HEIGHT = 800, 450
DrawPnl = Callable[[PnlPicture], bytes]
"""Draws results as a PNG of WIDTH × HEIGHT; equal results give equal bytes."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """One kind of report: over which periods, and how it is called."""

    period: Period
    title: str
    shown: int


_PLANS = (_Plan(Period.DAY, "Daily report", 14), _Plan(Period.WEEK, "Weekly report", 12))


def report_due(
    sessions: sessionmaker[Session], recipient: Recipient, draw: DrawPnl, *, now: datetime
) -> int:
    """Tell the day and the week that ended last, once each; how many reports are new.

    Safe to call as often as one likes: a report is dated by the end of its period.
    """
    wanted = recipient.preferences.loudness.get(NoticeKind.REPORT)
    if not recipient.chats or wanted is Loudness.OFF:
        return 0
    return sum(_report(sessions, recipient, draw, plan, now) for plan in _PLANS)


def _report(
    sessions: sessionmaker[Session],
    recipient: Recipient,
    draw: DrawPnl,
    plan: _Plan,
    now: datetime,
) -> bool:
    ended_at = midnight(plan.period.start_of(now))
    dedupe_key = f"{plan.title} {ended_at:%Y-%m-%d}"
    with unit_of_work(sessions) as session:
        if notifications.is_kept(session, recipient.account, dedupe_key):
            return False
        found = _results(session, recipient.account, plan, ended_at)
        picture = draw(PnlPicture(f"{plan.title} to {ended_at:%d %b %Y}", found))
        notice = Notice(
            kind=NoticeKind.REPORT,
            severity=Severity.INFO,
            dedupe_key=dedupe_key,
            text=_text(session, recipient.account, plan, found[-1], ended_at),
            created_at=ended_at,
            picture_sha256=charts.save(session, picture, width=WIDTH, height=HEIGHT),
        )
        return notify(session, recipient, notice) > 0


def _results(
    session: Session, key: AccountKey, plan: _Plan, ended_at: datetime
) -> tuple[Result, ...]:
    # The period that began at `ended_at` is the current one: the report ends before it.
    starts = last_starts(plan.period, ended_at, plan.shown + 1)[:-1]
    closed = results.results_since(session, key, midnight(starts[0]), ended_at)
    return results_by(plan.period, closed, starts)


def _text(
    session: Session, key: AccountKey, plan: _Plan, newest: Result, ended_at: datetime
) -> str:
    wallet = account.latest_wallet(session, key)
    equity = "unknown" if wallet is None else f"{wallet.equity_usdt:,.2f} USDT"
    lines = (
        f"{plan.title}: {newest.start:%d %b %Y}",
        f"Result {newest.pnl_usdt:+,.2f} USDT in {newest.trades} closed trades, {newest.won} won",
        f"Equity {equity}, open positions {len(account.positions(session, key))}",
        *_model_costs(session, key, midnight(newest.start), ended_at),
    )
    return "\n".join(lines)


def _model_costs(
    session: Session, key: AccountKey, since: datetime, until: datetime
) -> tuple[str, ...]:
    """What the model cost beside the result, where one was asked."""
    bill = model_bill(session, key, since=since, until=until)
    if not bill.calls:
        return ()
    per_trade = "" if bill.cost_r is None else f", {bill.cost_r:.3f} R a trade"
    return (f"Not in it: the model cost {bill.spent_usd:,.2f} USD{per_trade}",)
