"""A trading day's steps about one symbol, and what became of them on the wire and in the rows."""

from dataclasses import replace

from db.models import DecisionRow, LlmCallRow
from tasks.entries import Decided, decide
from tasks.resources import Resources
from tasks.study import Study, study_symbol
from tests.fixtures.desks import claimed
from tests.fixtures.plotted_market import CALM
from tests.fixtures.studies import agenda, funds
from tests.tasks.model_analyst.asking_desk import Row


def studied(resources: Resources, symbol: str = CALM) -> Study:
    (instrument,) = resources.gateway.instruments([symbol])
    study: Study = study_symbol(resources, instrument, None)
    return study


def decided(resources: Resources, study: Study) -> tuple[Decided, DecisionRow]:
    """The study's decision as the day makes it, and its row."""
    assert study.snapshot is not None
    known = {study.symbol: study.snapshot.instrument}
    run = claimed(resources, study.snapshot.as_of, flow=f"test of {study.symbol}")
    made = decide.fn(resources, run, replace(agenda(balance=funds()), instruments=known), study)
    with resources.sessions() as session:
        return made, session.get_one(DecisionRow, made.decision_id)


def parts_of(question: Row) -> list[Row]:
    """The parts of a question on the wire; what is all words is one of them."""
    contents = [message["content"] for message in question["messages"]]
    told = [{"type": "text", "text": one} for one in contents if isinstance(one, str)]
    return told + [part for one in contents if isinstance(one, list) for part in one]


def pictures_in(question: Row) -> list[str]:
    """SHA-256 of the pictures of a question, in order."""
    shown = [part["image_url"]["url"] for part in parts_of(question) if "image_url" in part]
    return [picture["sha256"] for picture in shown]


def words_of(question: Row) -> str:
    """A question without its pictures."""
    return "\n".join(part["text"] for part in parts_of(question) if "text" in part)


def call_of(resources: Resources) -> LlmCallRow:
    with resources.sessions() as session:
        account = resources.desk.account.account
        return session.query(LlmCallRow).filter_by(account=account).one()
