"""The newest prices of each symbol."""

from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.models import QuoteRow
from trading.pushes import Quote

_KEY = ("environment", "symbol")


def upsert(session: Session, environment: str, quotes: Sequence[Quote]) -> None:
    """Keep the newest quote of each symbol; one that is older than what is here changes nothing.

    Prices belong to an exchange, not to an account.
    """
    newest = {quote.symbol: quote for quote in sorted(quotes, key=lambda quote: quote.quoted_at)}
    if not newest:
        return
    # Sorted: two writers that lock the same rows in different order would deadlock.
    rows = [_row(environment, newest[symbol]) for symbol in sorted(newest)]
    statement = insert(QuoteRow).values(rows)
    changes = {name: statement.excluded[name] for name in rows[0] if name not in _KEY}
    session.execute(
        statement.on_conflict_do_update(
            index_elements=_KEY,
            set_=changes,
            where=QuoteRow.quoted_at <= statement.excluded.quoted_at,
        )
    )


def _row(environment: str, quote: Quote) -> dict[str, object]:
    return {
        "environment": environment,
        "symbol": quote.symbol,
        "last_price": quote.last,
        "mark_price": quote.mark,
        "bid_price": quote.bid,
        "ask_price": quote.ask,
        "quoted_at": quote.quoted_at,
    }
