"""What the phone shows is what the database holds, and deeds go the way of the command line."""

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session, sessionmaker

from db.repositories import risk_state
from db.unit_of_work import read_session
from tasks.manual import Quote, Reserved, execute, quote, reserve
from tasks.resources import Resources
from tasks.sync_reading import read_account
from tasks.sync_recording import record_account
from tasks.telegram.desk_answers import DeskAnswers
from tests.fixtures.desks import NOWHERE, offline_resources
from tests.tasks.approving import LONG, asking, proposed
from tests.trading.builders import NOW
from trading.errors import ExchangeRetryableError
from trading.pages import Deed, DeedKind, Page, Subject


@pytest.fixture
def offline(sessions: sessionmaker[Session]) -> DeskAnswers:
    """A desk that never traded and whose exchange is silent."""
    resources = offline_resources(sessions, now=NOW, url=NOWHERE, account="phone-offline")

    def open_resources():  # type: ignore[no-untyped-def]
        message = "the exchange does not answer"
        raise ExchangeRetryableError(message)

    return DeskAnswers(sessions, asking(resources), open_resources, lambda: NOW)


def fact(page: Page, label: str) -> object:
    return {one.label: one.value for one in page.facts}[label]


@pytest.mark.parametrize("subject", Subject)
def test_every_page_can_be_shown_before_the_first_trade(
    offline: DeskAnswers, subject: Subject
) -> None:
    page = offline.page(subject)
    assert page.title
    assert page.facts or page.entries or page.remark or subject is Subject.POSITIONS


def test_the_phone_shows_what_is_held_and_closes_it(desk: Resources, answers: DeskAnswers) -> None:
    quoted = quote(desk, LONG)
    assert isinstance(quoted, Quote)
    reserved = reserve(desk, quoted)
    assert isinstance(reserved, Reserved)
    execute(desk, reserved)
    record_account.fn(desk, read_account.fn(desk))
    waiting = proposed(desk) if answers.waiting() else None
    assert waiting is None

    (entry,) = answers.page(Subject.POSITIONS).entries
    assert entry.heading == f"LONG {LONG.symbol}"
    assert fact(answers.page(Subject.STATUS), "Positions") == 1
    assert answers.open_symbols() == (LONG.symbol,)
    closed = answers.carry_out(Deed(DeedKind.CLOSE, "asked", symbol=LONG.symbol), by="Ada")
    assert closed.title == f"Filled: {LONG.symbol}"
    assert desk.gateway.positions() == []
    nothing = answers.carry_out(Deed(DeedKind.CLOSE, "asked", symbol="NOUSDT"), by="Ada")
    assert nothing.remark == "NOUSDT is not open; open: none"

    halted = answers.carry_out(Deed(DeedKind.HALT, "enough"), by="Ada")
    assert fact(halted, "Why") == "enough"
    assert fact(answers.page(Subject.STATUS), "⛔ Halted") == "manual by Ada: enough"
    resumed = answers.carry_out(Deed(DeedKind.RESUME, "understood"), by="Ada")
    assert resumed.remark == "Released: manual"
    balance = answers.page(Subject.BALANCE)
    assert Decimal(9_000) < Decimal(str(fact(balance, "Equity"))) <= Decimal(10_100)


def test_a_halt_holds_while_the_exchange_is_silent(
    offline: DeskAnswers, sessions: sessionmaker[Session]
) -> None:
    page = offline.carry_out(Deed(DeedKind.HALT, "enough"), by="Ada")
    assert page.remark == "Not carried out in full yet; the next sync goes on."
    with read_session(sessions) as session:
        state = risk_state.get(session, offline.asking.recipient.account)
    assert state.is_halted
