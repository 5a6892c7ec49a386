"""The newest prices of each symbol."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import QuoteRow
from db.repositories import quotes
from trading.pushes import Quote

AT = datetime(2026, 1, 1, tzinfo=UTC)


def quote(last: int, seconds: int = 0, symbol: str = "BTCUSDT") -> Quote:
    at = AT + timedelta(seconds=seconds)
    return Quote(symbol, Decimal(last), Decimal(last), Decimal(last), Decimal(last + 1), at)


def lasts(session: Session) -> dict[str, Decimal]:
    session.expire_all()
    return {row.symbol: row.last_price for row in session.scalars(select(QuoteRow))}


def test_the_newest_of_a_batch_stays(session: Session) -> None:
    quotes.upsert(session, "paper", [quote(3, 2), quote(1), quote(2, 1), quote(9, 0, "ETHUSDT")])

    assert lasts(session) == {"BTCUSDT": 3, "ETHUSDT": 9}


def test_an_older_quote_replaces_nothing(session: Session) -> None:
    quotes.upsert(session, "paper", [quote(3, 2)])
    quotes.upsert(session, "paper", [quote(1, 1)])
    assert lasts(session) == {"BTCUSDT": 3}

    quotes.upsert(session, "paper", [quote(4, 3)])
    assert lasts(session) == {"BTCUSDT": 4}


def test_no_quotes_are_no_statement(session: Session) -> None:
    quotes.upsert(session, "paper", [])

    assert lasts(session) == {}
