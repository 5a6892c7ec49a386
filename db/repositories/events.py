"""Tell whoever listens that rows changed: PostgreSQL's NOTIFY, sent with the commit."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.keys import AccountKey

CHANNEL = "autotrader_events"

SYMBOLS_PER_EVENT = 200
"""PostgreSQL refuses a payload of 8000 bytes; so many names fit with room to spare."""


@dataclass(frozen=True, slots=True)
class Change:
    """Rows of a topic that changed; no symbols for what belongs to the account as a whole.

    `sequence` grows by one with every commit of one monitor: a gap is a lost event, and a fall
    another monitor.
    """

    topic: str
    symbols: tuple[str, ...]
    sequence: int


def announce(session: Session, key: AccountKey, changes: Sequence[Change]) -> None:
    """Send the changes when this transaction commits; nothing if it does not."""
    for change in changes:
        for symbols in _portions(change.symbols):
            payload = {
                "environment": key.environment,
                "account": key.account,
                "topic": change.topic,
                "symbols": symbols,
                "sequence": change.sequence,
            }
            session.execute(select(func.pg_notify(CHANNEL, json.dumps(payload))))


def _portions(symbols: tuple[str, ...]) -> list[tuple[str, ...]]:
    starts = range(0, max(1, len(symbols)), SYMBOLS_PER_EVENT)
    return [symbols[start : start + SYMBOLS_PER_EVENT] for start in starts]
