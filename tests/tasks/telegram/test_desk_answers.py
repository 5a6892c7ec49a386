"""What the phone shows is what the database holds, and deeds go the way of the command line."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import NoReturn
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session, sessionmaker

from db.repositories import approvals, risk_state
from db.unit_of_work import read_session, unit_of_work
from tasks.door import Door
from tasks.manual import Quote, Reserved, execute, quote, reserve
from tasks.notifications import notify
from tasks.resources import Resources
from tasks.sync_reading import read_account
from tasks.sync_recording import record_account
from tasks.telegram.desk_answers import DeskAnswers
from tasks.telegram.keeping_up import keep_up
from tests.fixtures.desk_fixtures import OpenDesk
from tests.fixtures.desks import NOWHERE, offline_resources
from tests.fixtures.scripted_proxy import ScriptedProxy, passed_on, refused_with
from tests.tasks.approving import LONG, asking, proposed
from tests.trading.builders import NOW
from trading.errors import ExchangeRetryableError, MisconfiguredError
from trading.letters import Delivered, Letter
from trading.notices import Notice, NoticeKind, Severity
from trading.pages import Deed, DeedKind, Page, Subject
from trading.positions import Direction
from trading.proposal_answers import Choice
from trading.proposal_states import ProposalState
from trading.proposals import Proposal, ProposedOrder


@pytest.fixture
def silent(sessions: sessionmaker[Session]) -> Door:
    """The door to a desk that never traded and whose exchange is silent."""
    resources = offline_resources(sessions, now=NOW, url=NOWHERE, account="phone-offline")

    def open_resources():  # type: ignore[no-untyped-def]
        message = "the exchange does not answer"
        raise ExchangeRetryableError(message)

    return Door(sessions, asking(resources), open_resources, lambda: NOW)


@pytest.fixture
def offline(silent: Door) -> DeskAnswers:
    return DeskAnswers(silent)


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
        state = risk_state.get(session, offline.door.account)
    assert state.is_halted


def kept_proposal(door: Door) -> Proposal:
    order = ProposedOrder(
        link_id=f"link-{uuid4().hex[:12]}",
        symbol="BTCUSDT",
        direction=Direction.LONG,
        quantity=Decimal("0.01"),
        entry_price=Decimal(60000),
        stop_loss=Decimal(59000),
        take_profit=Decimal(63000),
        leverage=Decimal(3),
        risk_usdt=Decimal("10.66"),
    )
    proposal = Proposal(uuid4(), order, NOW, NOW + timedelta(minutes=15))
    with unit_of_work(door.sessions) as session:
        approvals.add(session, door.account, proposal)
    return proposal


def test_a_no_holds_while_the_exchange_is_silent(offline: DeskAnswers) -> None:
    proposal = kept_proposal(offline.door)
    bound = proposal.order.intent_hash[:24]
    page = offline.answer(proposal.id, Choice.REJECT, intent_hash=bound, by="Ada")
    assert page.title == "Rejected: BTCUSDT"
    again = offline.answer(proposal.id, Choice.REJECT, intent_hash=bound, by="Ada")
    assert again.title == "Already answered: BTCUSDT"
    unknown = offline.answer(uuid4(), Choice.REJECT, intent_hash=bound, by="Ada")
    assert unknown.title == "Nothing was done"


def test_what_a_silent_exchange_kept_back_is_left_to_the_next_sync(
    open_desk: OpenDesk, proxy: ScriptedProxy
) -> None:
    desk = open_desk(exchange_base_url=proxy.url)
    record_account.fn(desk, read_account.fn(desk))
    answers = DeskAnswers(Door(desk.sessions, asking(desk), lambda: nullcontext(desk), desk.now))
    proposal = proposed(desk)
    # The market is looked at for the answer, and once more before the order.
    proxy.script("/v5/market/tickers", passed_on, *[refused_with(10016, "busy")] * 9)
    bound = proposal.order.intent_hash[:24]
    page = answers.answer(proposal.id, Choice.APPROVE, intent_hash=bound, by="Ada")
    assert page.title == f"Approved: {proposal.order.symbol}"
    assert "next sync" in page.remark


def test_an_altered_no_does_nothing(offline: DeskAnswers) -> None:
    proposal = kept_proposal(offline.door)
    page = offline.answer(proposal.id, Choice.REJECT, intent_hash="0" * 24, by="Ada")
    assert page.title == "Altered: BTCUSDT"
    assert proposal in offline.waiting()


@pytest.mark.parametrize("error", [ExchangeRetryableError("silent"), MisconfiguredError("a key")])
def test_what_is_to_be_told_does_not_wait_for_an_approved_order(
    silent: Door, error: Exception
) -> None:
    def open_resources() -> NoReturn:
        raise error

    proposal, sessions, key = kept_proposal(silent), silent.sessions, silent.account
    notice = Notice(NoticeKind.HALT, Severity.CRITICAL, f"halt {uuid4()}", "Halted", NOW)
    with unit_of_work(sessions) as session:
        kept = approvals.locked(session, key, proposal.id)
        assert kept is not None
        approvals.change(session, kept, ProposalState.APPROVED, now=NOW)
        notify(session, replace(silent.asking.recipient, chats=(7,)), notice)
    later = replace(silent, now=lambda: NOW + timedelta(minutes=1), open_resources=open_resources)
    heard: list[str] = []

    def send(letter: Letter) -> Delivered:
        heard.append(letter.text)
        return Delivered(1)

    done = keep_up(later, send, lambda _picture: b"")
    assert (done.carried_out, "Halted" in heard) == (0, True)
