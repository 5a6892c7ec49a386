"""What trades earned by symbol: in USDT, and in R where a stop said what was at risk."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from db.queries.results import SymbolResult, results_by_symbol, results_since
from db.repositories import trades
from db.repositories.trades import Exit
from db.states import ExitReason
from tasks.telegram.account_pages import performance_page
from tests.db.conftest import KEY, NOW, Make
from trading.pages import Entry, Fact, Unit

ZERO = Decimal(0)
HOUR = timedelta(hours=1)


def closed(session: Session, make: Make, symbol: str, pnl: str, risk: str | None) -> None:
    planned = None if risk is None else Decimal(risk)
    opened = trades.open_trade(session, make.trade(symbol=symbol, risk_usdt=planned))
    earned = Exit(Decimal(1), ExitReason.STOP_LOSS, NOW + HOUR, ZERO, ZERO, Decimal(pnl))
    trades.close_trade(session, opened.id, earned)


def fill(session: Session) -> None:
    make = Make()
    closed(session, make, "AUSDT", "20", "10")
    closed(session, make, "AUSDT", "-11", "10")
    closed(session, make, "AUSDT", "3", None)
    closed(session, make, "BUSDT", "-4", None)
    trades.open_trade(session, make.trade(symbol="CUSDT"))  # not closed: no result


def test_results_are_added_up_by_symbol_the_best_first(session: Session) -> None:
    fill(session)
    assert results_by_symbol(session, KEY) == [
        SymbolResult("AUSDT", 3, 2, Decimal(12), 2, Decimal("0.9"), Decimal("0.45")),
        SymbolResult("BUSDT", 1, 0, Decimal(-4), 0, None, None),
    ]


def test_the_phone_shows_r_by_symbol_and_none_without_a_stop(session: Session) -> None:
    fill(session)
    first, second = performance_page(session, KEY, NOW).entries
    assert first == Entry(
        "AUSDT",
        (
            Fact("Net result", Decimal(12), Unit.CHANGE),
            Fact("Trades", 3),
            Fact("Won", Decimal(2) / 3, Unit.FRACTION),
            Fact("Average R", Decimal("0.45"), Unit.R),
            Fact("Sum of R", Decimal("0.9"), Unit.R),
            Fact("Without a stop", 1),
        ),
    )
    assert second.facts[3:] == (
        Fact("Average R", None, Unit.R),
        Fact("Sum of R", None, Unit.R),
        Fact("Without a stop", 1),
    )


def test_results_have_a_beginning_and_an_end(session: Session) -> None:
    fill(session)
    at = NOW + HOUR
    assert len(results_since(session, KEY, at)) == 4
    assert results_since(session, KEY, NOW, at) == []
