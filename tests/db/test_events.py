"""News of rows, sent when they are committed."""

import json
from typing import Any

import psycopg
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from db.engine import parse_url
from db.keys import AccountKey
from db.repositories import events
from db.repositories.events import SYMBOLS_PER_EVENT, Change
from db.unit_of_work import unit_of_work

KEY = AccountKey("paper", "main")


def heard(engine: Engine, changes: list[Change], factory: sessionmaker[Session]) -> list[Any]:
    url = parse_url(engine.url.render_as_string(hide_password=False)).set(drivername="postgresql")
    plain = url.render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as listener:
        listener.execute(f"LISTEN {events.CHANNEL}")
        with unit_of_work(factory) as session:
            events.announce(session, KEY, changes)
            assert list(listener.notifies(timeout=0.05)) == []
        return [json.loads(one.payload) for one in listener.notifies(timeout=0.5)]


def test_changes_are_heard_after_the_commit(
    engine: Engine, session_factory: sessionmaker[Session]
) -> None:
    changes = [Change("orders", ("BTCUSDT",), 3), Change("wallet", (), 3)]

    whose = {"environment": "paper", "account": "main", "sequence": 3}
    assert heard(engine, changes, session_factory) == [
        {**whose, "topic": "orders", "symbols": ["BTCUSDT"]},
        {**whose, "topic": "wallet", "symbols": []},
    ]


def test_many_symbols_are_told_in_portions(
    engine: Engine, session_factory: sessionmaker[Session]
) -> None:
    symbols = tuple(f"LONGNAME{number:04}USDT" for number in range(2 * SYMBOLS_PER_EVENT + 1))

    told = heard(engine, [Change("quotes", symbols, 1)], session_factory)

    assert [len(one["symbols"]) for one in told] == [SYMBOLS_PER_EVENT, SYMBOLS_PER_EVENT, 1]
    assert [name for one in told for name in one["symbols"]] == list(symbols)
