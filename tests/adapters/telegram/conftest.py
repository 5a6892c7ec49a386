"""A desk of few words behind the conversation, with every deed written down."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from adapters.telegram.talk import Talk
from tests.fixtures.telegram_stub import TelegramStub, telegram_stub
from trading.errors import MisconfiguredError
from trading.pages import Deed, Fact, Page, Subject, Unit
from trading.positions import Direction
from trading.proposal_answers import Choice
from trading.proposals import Proposal, ProposedOrder

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
OWNER = 7
ORDER = ProposedOrder(
    link_id="link-1",
    symbol="BTCUSDT",
    direction=Direction.LONG,
    quantity=Decimal("0.01"),
    entry_price=Decimal(60000),
    stop_loss=Decimal(59000),
    take_profit=Decimal(63000),
    leverage=Decimal(3),
    risk_usdt=Decimal("10.66"),
)
PROPOSAL = Proposal(UUID(int=5), ORDER, NOW, NOW + timedelta(minutes=15), "<b>trend</b> & more")


@dataclass
class QuietDesk:
    """Answers every page with its name.

    `fails` makes it raise an error of ours, `breaks` one that nobody thought of.
    """

    symbols: tuple[str, ...] = ("BTCUSDT", "ETHUSDT")
    proposals: tuple[Proposal, ...] = (PROPOSAL,)
    fails: bool = False
    breaks: bool = False
    done: list[tuple[Deed, str]] = field(default_factory=list)
    answered: list[tuple[UUID, Choice, str, str]] = field(default_factory=list)

    def page(self, subject: Subject) -> Page:
        if self.fails:
            message = "the database of <paper> is away; start it"
            raise MisconfiguredError(message)
        if self.breaks:
            raise KeyError(subject)
        return Page(subject.capitalize(), (Fact("Equity", Decimal("10000.5"), Unit.USDT),))

    def open_symbols(self) -> tuple[str, ...]:
        return self.symbols

    def waiting(self) -> tuple[Proposal, ...]:
        return self.proposals

    def answer(self, proposal_id: UUID, choice: Choice, *, intent_hash: str, by: str) -> Page:
        self.answered.append((proposal_id, choice, intent_hash, by))
        return Page("Approved: BTCUSDT")

    def carry_out(self, deed: Deed, *, by: str) -> Page:
        self.done.append((deed, by))
        return Page("Done")


@dataclass
class HandClock:
    """A time that stands still until it is moved."""

    moment: datetime = NOW

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def desk() -> QuietDesk:
    return QuietDesk()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def talk(desk: QuietDesk, clock: HandClock) -> Talk:
    return Talk(desk, frozenset({OWNER}), clock)


@pytest.fixture(scope="module")
def stub_process() -> Iterator[TelegramStub]:
    with telegram_stub() as running:
        yield running


@pytest.fixture
def stub(stub_process: TelegramStub) -> TelegramStub:
    """The stand-in, with nothing sent yet."""
    stub_process.forget()
    return stub_process
