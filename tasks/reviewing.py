"""Answer a proposal and carry the answer out, in one go: for a person outside the messenger."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prefect.artifacts import create_markdown_artifact

from config.desk import Clock as ClockName
from config.settings import Settings
from db.repositories import approvals
from db.repositories.intents import Intent
from db.unit_of_work import read_session
from tasks.carrying_out import CarriedOut
from tasks.clock import wall_time
from tasks.door import Door, Settled, give_answer, open_door
from tasks.policies import AT_MOST_ONCE, SAFE_TO_RETRY
from tasks.reports import plain_markdown
from tasks.resources import open_resources
from tasks.steps import step
from trading.errors import BadDataError
from trading.proposal_answers import Answer, Choice, Ruling, Via
from trading.proposals import Proposal
from trading.reasons import Refused

__all__ = [
    "Choice",
    "ReviewReport",
    "open_review",
    "publish_review",
    "review_page",
    "review_proposal",
]

_ROLE = "review-intent"
_LEFT_TO_SYNC = "The exchange fell silent; the next sync sends the order if it still can."


@dataclass(frozen=True, slots=True)
class ReviewReport:
    """What an answer did, in a few words. `order` is empty where nothing was to be sent."""

    approval_id: UUID
    symbol: str
    ruling: Ruling
    detail: str
    order: str = ""


@contextmanager
def open_review(settings: Settings) -> Iterator[Door]:
    """The way to the proposals of the settings' desk; a no goes no further than its database."""

    def market_time() -> datetime:
        with open_resources(settings, role=_ROLE) as resources:
            return resources.now()

    is_replayed = settings.clock is ClockName.EXCHANGE
    now = market_time if is_replayed else wall_time
    with open_door(settings, role=_ROLE, now=now) as door:
        yield door


@step(
    name="review-proposal",
    task_run_name="{choice} {approval_id}",
    **AT_MOST_ONCE,
)
def review_proposal(door: Door, approval_id: UUID, choice: Choice, by: str) -> ReviewReport:
    """The report of an answer given in Prefect; an approved order was sent before this returns.

    The answer is bound to the order as it is stored now. What expired, was answered already, was
    altered or has run away from its price is not sent, and the report says so. A no holds while
    the exchange is silent.

    Raises:
        BadDataError: this account has no such proposal.
        ExchangeError: the market could not be asked; nothing was changed, answer again.
    """
    with read_session(door.sessions) as session:
        seen = approvals.get(session, door.account, approval_id)
    if seen is None:
        message = (
            f"{door.account.environment}/{door.account.account} has no proposal {approval_id}; "
            "`autotrader approvals` lists what waits"
        )
        raise BadDataError(message)
    bound = seen.proposal.order.intent_hash
    settled = give_answer(door, approval_id, Answer(choice, by, Via.PREFECT, door.now(), bound))
    assert settled is not None  # it was read a moment ago, and rows are never removed
    return _report(settled)


@step(name="publish-review", task_run_name="publish review", **SAFE_TO_RETRY)
def publish_review(report: ReviewReport) -> None:
    """A Markdown page of the answer in Prefect's UI, one version per answer."""
    create_markdown_artifact(
        key="review-intent",
        markdown=review_page(report),
        description=f"Answer to {report.approval_id}",
    )


def review_page(report: ReviewReport) -> str:
    """The answer as Markdown."""
    said = (plain_markdown(report.detail), plain_markdown(report.order))
    lines = (f"# {report.symbol}: {report.ruling.replace('_', ' ')}", *said)
    return "\n\n".join(line for line in lines if line) + "\n"


def _report(settled: Settled) -> ReviewReport:
    answered = settled.answered
    ended = settled.carried_out or answered.successor
    return ReviewReport(
        approval_id=answered.proposal.id,
        symbol=answered.proposal.order.symbol,
        ruling=answered.judged.ruling,
        detail=answered.judged.detail,
        order=_LEFT_TO_SYNC if settled.is_left_to_sync else _sentence(ended),
    )


def _sentence(ended: CarriedOut) -> str:
    match ended:
        case Intent():
            return f"{ended.order.side} {ended.order.quantity} {ended.order.symbol}: {ended.state}"
        case Refused(reason, detail):
            return f"Not sent ({reason}): {detail}"
        case Proposal():
            return f"Asked again at the price of now, as {ended.id}"
        case None:
            return ""
