"""What the bot's process does between messages: expire, carry out, report, deliver, beat."""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from db.repositories import heartbeats
from db.unit_of_work import unit_of_work
from tasks.approvals import expire_due
from tasks.carrying_out import carry_out_due, left_behind
from tasks.door import Door
from tasks.notifications import Send, Sent, deliver_due
from tasks.telegram.reports import DrawPnl, report_due
from trading.errors import ExchangeError, MisconfiguredError

log = structlog.get_logger()

COMPONENT = "telegram"


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did, as counts."""

    expired: int
    carried_out: int
    reports: int
    messages: Mapping[Sent, int]


def keep_up(door: Door, send: Send, draw: DrawPnl) -> Round:
    """One round. Telegram may be down: what is not delivered stays and is tried again."""
    sessions, asking, now = door.sessions, door.asking, door.now()
    done = Round(
        expired=expire_due(sessions, asking, now=now),
        carried_out=_carry_out(door),
        reports=report_due(sessions, asking.recipient, draw, now=now),
        messages=deliver_due(sessions, asking.recipient.account, send, now=door.now),
    )
    with unit_of_work(sessions) as session:
        heartbeats.beat(session, asking.recipient.account, COMPONENT, now=now)
    return done


def _carry_out(door: Door) -> int:
    """Orders that were approved and left behind by a process that ended."""
    key = door.asking.recipient.account
    left = left_behind(door.sessions, key, now=door.now())
    if not left:
        return 0
    try:
        with door.open_resources() as resources:
            return len(carry_out_due(resources, door.asking))
    except (ExchangeError, MisconfiguredError) as error:
        # What is to be told goes out all the same.
        log.warning("approved orders wait for the exchange", count=len(left), error=str(error))
        return 0
