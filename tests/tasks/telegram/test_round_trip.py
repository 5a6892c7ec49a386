"""From the question on the phone to the order at the exchange, and every way it must not go."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from adapters.pnl_image import draw_pnl
from adapters.telegram.bot import Bot
from adapters.telegram.client import TelegramSender
from adapters.telegram.talk import Heard, Talk
from db.repositories import approvals
from db.unit_of_work import read_session
from tasks.door import Door
from tasks.notifications import Sent, deliver_due
from tasks.resources import Resources
from tasks.telegram.desk_answers import DeskAnswers
from tasks.telegram.keeping_up import keep_up
from tests.fixtures.simulator import Venue
from tests.fixtures.telegram_stub import TelegramStub, buttons_of
from tests.tasks.approving import CHAT, asking, proposed
from tests.tasks.telegram.conftest import Later
from trading.proposal_answers import Ruling
from trading.proposals import Proposal


@pytest.fixture
def sender(stub: TelegramStub) -> Iterator[TelegramSender]:
    with TelegramSender(stub.access) as opened:
        yield opened


@pytest.fixture
def bot(stub: TelegramStub, answers: DeskAnswers) -> Iterator[Talk]:
    talk = Talk(answers, frozenset({CHAT}), lambda: datetime.now(UTC))
    running = Bot(stub.access, talk)
    with ThreadPoolExecutor(1) as threads:
        ended = threads.submit(running.run)
        yield talk
        running.stop()
        ended.result(timeout=10)


def asked(stub: TelegramStub, sender: TelegramSender, desk: Resources) -> tuple[str, str]:
    """The buttons under the question, once it was delivered."""
    counts = deliver_due(desk.sessions, desk.desk.account, sender.send, now=desk.now)
    assert counts == {Sent.DELIVERED: 1}
    yes, no = buttons_of(stub.calls("sendMessage")[-1])
    return yes, no


def sent(venue: Venue, proposal: Proposal) -> int:
    links = [row["orderLinkId"] for row in venue.records()["orders"]]
    return links.count(proposal.order.link_id)


def rulings(desk: Resources) -> dict[Ruling, int]:
    with read_session(desk.sessions) as session:
        return approvals.rulings(session, desk.desk.account)


def test_a_press_sends_the_order_once_and_a_replay_nothing(
    desk: Resources, stub: TelegramStub, sender: TelegramSender, bot: Talk, venue: Venue
) -> None:
    proposal = proposed(desk)
    yes, _no = asked(stub, sender, desk)
    question = stub.texts(1)[0]
    assert f"Risk {proposal.order.risk_usdt:.2f} USDT" in question
    assert "Why: the test says so" in question

    stub.press(yes, chat=666)  # a stranger who got hold of the button
    stub.press(yes)
    assert stub.texts(2)[1].startswith(f"<b>Filled: {proposal.order.symbol}</b>")
    stub.press(yes)
    assert stub.texts(3)[2].startswith("<b>Already answered")

    assert sent(venue, proposal) == 1
    assert rulings(desk) == {Ruling.APPROVED: 1, Ruling.ALREADY_ANSWERED: 1}
    assert bot.heard[Heard.FOREIGN] == 1
    (position,) = desk.gateway.positions()
    assert position.stop_loss == proposal.order.stop_loss


def test_no_altered_and_late_presses_send_nothing(
    desk: Resources,
    stub: TelegramStub,
    sender: TelegramSender,
    bot: Talk,
    venue: Venue,
    later: Later,
) -> None:
    first = proposed(desk)
    yes, no = asked(stub, sender, desk)
    stub.press(yes[:-1] + ("0" if yes[-1] != "0" else "1"))
    assert stub.texts(2)[1].startswith("<b>Altered")
    stub.press(no)
    assert stub.texts(3)[2].startswith("<b>Rejected")
    stub.press(yes)
    assert stub.texts(4)[3].startswith("<b>Already answered")

    second = proposed(desk)
    late, _no = asked(stub, sender, desk)
    later.lead = timedelta(minutes=16)
    stub.press(late)
    assert stub.texts(6)[5].startswith("<b>Expired")
    assert (sent(venue, first), sent(venue, second)) == (0, 0)
    assert bot.heard[Heard.PRESS] == 4


def test_a_price_that_ran_away_asks_again_on_the_phone(
    desk: Resources,
    door: Door,
    stub: TelegramStub,
    sender: TelegramSender,
    bot: Talk,
    venue: Venue,
) -> None:
    proposal = proposed(desk, entry_price=Decimal(153))
    yes, _no = asked(stub, sender, desk)
    stub.press(yes)
    assert "you are asked again" in stub.texts(2)[1]
    keep_up(door, sender.send, draw_pnl)
    question = next(
        call
        for call in stub.calls("sendMessage", 3)
        if "asked again, 2" in call["parameters"]["text"]
    )
    stub.press(buttons_of(question)[0])
    assert stub.texts(4)[3].startswith("<b>Filled")
    assert sent(venue, proposal) == 1
    assert bot.heard[Heard.DEAD_BUTTON] == 0


def test_what_is_over_is_told_without_buttons(
    desk: Resources, stub: TelegramStub, sender: TelegramSender
) -> None:
    proposed(desk, asking(desk, expiry=timedelta(seconds=1)))
    late = desk.now() + timedelta(minutes=1)
    deliver_due(desk.sessions, desk.desk.account, sender.send, now=lambda: late)
    (call,) = stub.calls("sendMessage")
    assert "reply_markup" not in call["parameters"]
    assert "This is over" in call["parameters"]["text"]
