"""The owner's word from end to end: a cycle asks, the bot carries it, the exchange gets it once.

Real processes of the bot, of Telegram's stand-in and of the simulated exchange, and a Postgres.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from cli.stack.environment import neutral_environment
from cli.stack.telegram import start_telegram
from db.queries.decisions import recent_decisions
from db.repositories import approvals
from db.unit_of_work import read_session, unit_of_work
from flows.trading_cycle import run_cycle
from tasks.resources import Resources
from tests.fixtures.desk_fixtures import OpenDesk
from tests.fixtures.desks import LongOf, with_analyst
from tests.fixtures.plotted_market import CALM, FALLING, OPENS, RISING, SYMBOLS
from tests.fixtures.simulator import Venue
from tests.fixtures.telegram_stub import TelegramStub, buttons_of, telegram_stub
from trading.proposal_answers import Ruling
from trading.reasons import Outcome, Reason

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("approval")]

ROOT = Path(__file__).parents[2]
STRANGER = 666
_PATIENCE_S = 60
"""For a process to start on a busy machine."""


@dataclass
class Phone:
    """The owner's phone: the questions it got, by symbol, and what it hears when it answers."""

    stub: TelegramStub
    questions: Mapping[str, tuple[str, str]]
    heard: int = 0

    def press(self, data: str) -> str:
        """The message that follows a press."""
        self.stub.press(data)
        return self.next()

    def confirm(self, command: str) -> str:
        """The message that follows a command and its second yes."""
        self.stub.write(command)
        self.next()
        yes, _no = buttons_of(self.stub.calls("sendMessage", self.heard)[self.heard - 1])
        return self.press(yes)

    def next(self) -> str:
        """The next message that is no news of the desk's own."""
        while True:
            self.heard += 1
            text = self.stub.texts(self.heard)[self.heard - 1]
            if not text.startswith(("Entered", "Halted (")):
                return text


@pytest.fixture(scope="module")
def stub() -> Iterator[TelegramStub]:
    with telegram_stub() as running:
        yield running


@pytest.fixture
def open_phone(
    open_desk: OpenDesk, venue: Venue, stub: TelegramStub, desk_database_url: str
) -> Callable[..., Any]:
    """A desk whose cycle has asked about every symbol, and the phone that was asked."""

    @contextmanager
    def open_one(**settings: Any) -> Iterator[tuple[Resources, Phone]]:
        stub.forget()
        chosen = {"approval": "entries", "telegram_chat_ids": (7,), **settings}
        desk = open_desk(**chosen)
        run_cycle(with_analyst(desk, LongOf()), OPENS)
        environment = environment_of(desk, venue, desk_database_url, stub, settings)
        lines: list[str] = []
        bot = start_telegram(environment, log=lines.append)
        try:
            asked = stub.calls("sendPhoto", len(SYMBOLS), timeout=_PATIENCE_S)
            yield desk, Phone(stub, {_symbol(call): _buttons(call) for call in asked})
        finally:
            bot.stop()
        assert stub.token not in "\n".join(lines)

    return open_one


def environment_of(
    desk: Resources, venue: Venue, url: str, stub: TelegramStub, settings: Mapping[str, Any]
) -> dict[str, str]:
    """What a process needs to be this desk."""
    chosen = {
        "account": desk.desk.account.account,
        "database_url": url,
        "exchange_base_url": venue.rest,
        "exchange_api_key": venue.api_key,
        "exchange_api_secret": venue.api_secret,
        "clock": "exchange",
        "approval": "entries",
        "telegram_token": stub.token,
        "telegram_base_url": stub.base_url,
        "telegram_chat_ids": "7",
        "notify_off": "report",
        **settings,
    }
    ours = {f"AUTOTRADER_{name.upper()}": str(value) for name, value in chosen.items()}
    return {**neutral_environment(), "PYTHONPATH": str(ROOT), **ours}


def test_a_yes_is_carried_out_once_whoever_says_it_and_a_late_one_never(
    open_phone: Callable[..., Any], venue: Venue, stub: TelegramStub, desk_database_url: str
) -> None:
    with open_phone() as (desk, phone):
        assert tuple(phone.questions) == SYMBOLS  # in the order in which the desk asked
        yes, no = phone.questions[FALLING]
        stub.press(yes, chat=STRANGER)
        altered = yes[:-1] + ("0" if yes[-1] != "0" else "1")
        assert phone.press(altered).startswith("<b>Altered")
        assert phone.press(yes).startswith(f"<b>Filled: {FALLING}</b>")
        for replayed in (yes, no):
            assert phone.press(replayed).startswith("<b>Already answered")

        environment = environment_of(desk, venue, desk_database_url, stub, {})
        both = at_once(phone, *phone.questions[RISING][:1], environment)
        assert sorted(both) == ["already_answered", "approved"]

        yes, _no = phone.questions[CALM]
        multiply_quantity(desk, CALM, 2)
        assert phone.press(yes).startswith("<b>Altered")  # the button is right, the order is not
        multiply_quantity(desk, CALM, Decimal("0.5"))
        venue.advance(timedelta(minutes=16))
        assert "xpired" in phone.press(yes)  # by this press, or by the bot a moment before

        assert {symbol: sent(venue, symbol) for symbol in SYMBOLS} == {
            FALLING: 1,
            RISING: 1,
            CALM: 0,
        }
        answers = rulings(desk)
        assert (answers[Ruling.ALTERED], answers[Ruling.APPROVED]) == (2, 2)
        assert sum(answers.values()) == 8  # every one is kept, but the stranger's
        assert endings(desk) == {
            FALLING: (Outcome.TRADED, Reason.ORDER_FILLED),
            RISING: (Outcome.TRADED, Reason.ORDER_FILLED),
            CALM: (Outcome.SKIPPED, Reason.APPROVAL_EXPIRED),
        }


def test_a_yes_is_no_way_around_a_halt_or_a_limit(
    open_phone: Callable[..., Any], venue: Venue
) -> None:
    with open_phone(max_open_positions=1) as (desk, phone):
        assert phone.confirm("/halt I see smoke").startswith("<b>Halted")
        refused = phone.press(phone.questions[FALLING][0])
        assert refused.startswith(f"<b>Approved, but refused: {FALLING}")
        assert phone.confirm("/resume it was tea").startswith("<b>Resumed")

        assert phone.press(phone.questions[RISING][0]).startswith("<b>Filled")
        refused = phone.press(phone.questions[CALM][0])
        assert refused.startswith(f"<b>Approved, but refused: {CALM}")
        assert str(Reason.RISK_MAX_POSITIONS) in refused

        assert [sent(venue, symbol) for symbol in (FALLING, RISING, CALM)] == [0, 1, 0]
        assert endings(desk) == {
            FALLING: (Outcome.SKIPPED, Reason.CYCLE_HALTED),
            RISING: (Outcome.TRADED, Reason.ORDER_FILLED),
            CALM: (Outcome.REFUSED, Reason.RISK_MAX_POSITIONS),
        }


def at_once(phone: Phone, data: str, environment: Mapping[str, str]) -> list[str]:
    """What phone and command line get that say yes to one order; the machine says who is first."""
    number = data.split(":")[2][-12:]
    command = [sys.executable, "-m", "cli.main", "approve", number, "--yes", "--json"]

    def by_hand() -> str:
        done = subprocess.run(
            command, env=dict(environment), capture_output=True, text=True, check=False
        )
        ruling: str = json.loads(done.stdout.splitlines()[-1])["ruling"]
        return ruling

    with ThreadPoolExecutor(1) as hands:
        typed = hands.submit(by_hand)
        pressed = phone.press(data)
        ruled = "approved" if pressed.startswith("<b>Filled") else "already_answered"
        return [ruled, typed.result()]


def sent(venue: Venue, symbol: str) -> int:
    """How many entries in this symbol reached the exchange."""
    return sum(
        row["symbol"] == symbol and row["orderType"] == "Market" and not row["reduceOnly"]
        for row in venue.records()["orders"]
    )


def multiply_quantity(desk: Resources, symbol: str, factor: Decimal | int) -> None:
    """Change an order that was proposed, behind the desk's back."""
    change = text(
        "UPDATE approvals SET quantity = quantity * :factor WHERE symbol = :symbol"
        " AND account = :account"
    )
    whose = {"symbol": symbol, "account": desk.desk.account.account}
    with unit_of_work(desk.sessions) as session:
        session.execute(change, whose | {"factor": factor})


def rulings(desk: Resources) -> dict[Ruling, int]:
    with read_session(desk.sessions) as session:
        return approvals.rulings(session, desk.desk.account)


def endings(desk: Resources) -> dict[str, tuple[Outcome | None, Reason | None]]:
    with read_session(desk.sessions) as session:
        lines = recent_decisions(session, desk.desk.account)
    return {line.symbol: (line.outcome, line.reason) for line in lines}


def _symbol(call: Mapping[str, Any]) -> str:
    caption: str = call["parameters"]["caption"]
    assert "Risk " in caption
    assert call["files"]["photo"] > 0
    return caption.split()[1]


def _buttons(call: dict[str, Any]) -> tuple[str, str]:
    yes, no = buttons_of(call)
    return yes, no
