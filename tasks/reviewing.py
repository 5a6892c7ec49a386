"""Answer a proposal and carry the answer out, in one go: for a person outside the messenger."""

from dataclasses import dataclass
from uuid import UUID

from prefect.artifacts import create_markdown_artifact

from db.repositories import approvals
from db.repositories.intents import Intent
from db.unit_of_work import read_session
from tasks.approvals import Answered, answer
from tasks.carrying_out import CarriedOut, carry_out_approved
from tasks.policies import AT_MOST_ONCE, SAFE_TO_RETRY
from tasks.reports import plain_markdown
from tasks.resources import Resources
from tasks.steps import step
from trading.errors import BadDataError
from trading.proposal_answers import Answer, Choice, Ruling, Via
from trading.proposals import Proposal
from trading.reasons import Refused

__all__ = ["Choice", "ReviewReport", "publish_review", "review_page", "review_proposal"]


@dataclass(frozen=True, slots=True)
class ReviewReport:
    """What an answer did, in a few words. `order` is empty where nothing was to be sent."""

    approval_id: UUID
    symbol: str
    ruling: Ruling
    detail: str
    order: str = ""


@step(
    name="review-proposal",
    task_run_name="{choice} {approval_id}",
    **AT_MOST_ONCE,
)
def review_proposal(
    resources: Resources, approval_id: UUID, choice: Choice, by: str
) -> ReviewReport:
    """The report of an answer given in Prefect; an approved order was sent before this returns.

    The answer is bound to the order as it is stored now. What expired, was answered already, was
    altered or has run away from its price is not sent, and the report says so.

    Raises:
        BadDataError: this account has no such proposal.
        ExchangeError: the market could not be asked; answer again.
    """
    key = resources.desk.account
    with read_session(resources.sessions) as session:
        seen = approvals.get(session, key, approval_id)
    if seen is None:
        message = (
            f"{key.environment}/{key.account} has no proposal {approval_id}; "
            "`autotrader approvals` lists what waits"
        )
        raise BadDataError(message)
    bound = seen.proposal.order.intent_hash
    given = Answer(choice, by, Via.PREFECT, resources.now(), bound)
    answered = answer(resources, resources.asking, approval_id, given)
    assert answered is not None  # it was read a moment ago, and rows are never removed
    return _report(answered, _carry_out(resources, answered))


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


def _carry_out(resources: Resources, answered: Answered) -> CarriedOut:
    if answered.judged.ruling is not Ruling.APPROVED:
        return None
    return carry_out_approved(resources, resources.asking, answered.proposal.id)


def _report(answered: Answered, carried_out: CarriedOut) -> ReviewReport:
    return ReviewReport(
        approval_id=answered.proposal.id,
        symbol=answered.proposal.order.symbol,
        ruling=answered.judged.ruling,
        detail=answered.judged.detail,
        order=_sentence(carried_out or answered.successor),
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
