"""A desk, the market it asks about, and what its ledger and its server saw of a question."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

import cli.demo
from adapters.chart_image import render_chart
from config.settings import Settings
from db.models import LlmAnswerRow, LlmCallRow
from tasks.charts import chart_input, drawn
from tasks.model_analyst.desk import ModelDesk
from tasks.model_analyst.opinion import ask_model
from tasks.resources import desk_of, opened_model_desk
from tests.fixtures.desks import new_account
from tests.trading import builders
from trading.analysis import Abstention, Analysis
from trading.arms import USUAL
from trading.chart import ChartImage
from trading.snapshot import MarketSnapshot

KEY, TOKEN = "sk-stand-in-0123456789", "open sesame"
TWO_STEPS = "qwen2.5-vl-7b"
"""A model that is known not to obey a schema while it looks at a picture."""
MODELS = ("stand-in-vision", TWO_STEPS)
PRICES = Path(cli.demo.__file__).with_name("stand_in_prices.toml")
UNTIL_LATE = {"retry-after": "3600"}
"""A pause longer than any deadline: the adapter gives up after one request."""

SNAPSHOT = builders.snapshot()
CHART = render_chart(chart_input(SNAPSHOT))

_seeds = itertools.count(1)

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StandIn:
    """The stand-in server and the hand that scripts it."""

    base_url: str
    control: httpx.Client
    seen_before: int

    def script(self, *steps: Row) -> None:
        """What comes of the next questions, one step each."""
        self.control.post("/script", json=list(steps)).raise_for_status()

    def questions(self) -> list[Row]:
        """The bodies it was sent since the test began."""
        told = self.control.get("/calls", params={"after": self.seen_before}).json()
        return [call["body"] for call in told["calls"]]


@dataclass(slots=True)
class Moment:
    """A clock that a test moves."""

    now: datetime = builders.NOW + timedelta(seconds=5)

    def __call__(self) -> datetime:
        """The moment it was moved to."""
        return self.now

    def passes(self, length: timedelta) -> None:
        """Move the clock on."""
        self.now += length


@dataclass(slots=True)
class AskingDesk:
    """A model desk with its clock, ready to be asked about one market."""

    desk: ModelDesk
    clock: Moment = field(default_factory=Moment)

    def ask(
        self, snapshot: MarketSnapshot = SNAPSHOT, chart: ChartImage | None = None
    ) -> Analysis | Abstention:
        """The model's opinion, as a cycle gets it; the picture is that of the desk's arm."""
        return ask_model(self.desk, snapshot, chart or self.chart(snapshot))

    def chart(self, snapshot: MarketSnapshot = SNAPSHOT) -> ChartImage:
        """What the desk shows of a market."""
        return CHART if self.desk.arm == USUAL else drawn(render_chart, snapshot, self.desk.arm)

    def abstention(self) -> Abstention:
        """The abstention that the question ends in."""
        said = self.ask()
        assert isinstance(said, Abstention), said
        return said

    def analysis(self) -> Analysis:
        """The analysis that the question ends in."""
        said = self.ask()
        assert isinstance(said, Analysis), said
        return said

    def changed(self, **changes: Any) -> "AskingDesk":
        """The same desk, other in some way."""
        return AskingDesk(replace(self.desk, **changes), self.clock)

    def calls(self) -> list[LlmCallRow]:
        """The ledger of the account, oldest first."""
        with self.desk.sessions() as session:
            of_account = select(LlmCallRow).where(LlmCallRow.account == self.desk.account.account)
            return list(session.scalars(of_account.order_by(LlmCallRow.id)))

    def answers(self) -> list[LlmAnswerRow]:
        """What was kept of the account's answers, oldest first."""
        ids = [call.id for call in self.calls()]
        with self.desk.sessions() as session:
            of_calls = select(LlmAnswerRow).where(LlmAnswerRow.call_id.in_(ids))
            return list(session.scalars(of_calls.order_by(LlmAnswerRow.id)))


def next_seed() -> int:
    """A seed that no other question of the tests has."""
    return next(_seeds)


@contextmanager
def open_asking_desk(
    stand_in: StandIn, sessions: sessionmaker[Session], **changes: Any
) -> Iterator[AskingDesk]:
    """A desk as `tasks.resources` opens it; `changes` are settings.

    Its seed is part of every question, so that no test is served another one's answers.
    """
    fields: dict[str, Any] = {
        "account": new_account(),
        "model_base_url": stand_in.base_url,
        "model_api_key": KEY,
        "model_name": "stand-in-vision",
        "model_price_file": str(PRICES),
        "model_seed": next_seed(),
    }
    settings, clock = Settings(**(fields | changes)), Moment()
    with opened_model_desk(settings, desk_of(settings), sessions, clock) as desk:
        yield AskingDesk(desk, clock)
