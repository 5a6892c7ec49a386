"""Orders that wait for the owner's word, and the word itself."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from api.auth import TheCaller
from api.desk import TheDesk
from api.guard import TradeRoute, acting, reading
from api.problems import ProblemError, ProblemKind, problem
from api.schemas.approvals import Approval, Approvals, SentOrder, Word, WordTaken
from api.schemas.problem import problems
from db.queries.approvals import approval, recent_approvals
from db.unit_of_work import read_session
from tasks.approvals import Answered
from tasks.door import Settled, give_answer
from trading.canonical import Json
from trading.proposal_answers import Answer, Choice, Ruling, Via
from trading.proposals import Proposal
from trading.reasons import Refused

looked_at = reading("approvals")
answered = acting(TradeRoute, "approvals")
routers = (looked_at, answered)

_AS_WANTED: Mapping[Choice, Ruling] = MappingProxyType(
    {Choice.APPROVE: Ruling.APPROVED, Choice.REJECT: Ruling.REJECTED}
)


@looked_at.get("/approvals")
def list_approvals(
    desk: TheDesk, limit: Annotated[int, Query(ge=1, le=200, description="How many.")] = 20
) -> Approvals:
    """The newest orders that waited for the owner's word, newest first."""
    with read_session(desk.door.sessions) as session:
        found = recent_approvals(session, desk.door.account, limit=limit)
    return Approvals(approvals=[Approval.model_validate(line) for line in found])


@looked_at.get("/approvals/{approval_id}", responses=problems(404))
def show_approval(approval_id: UUID, desk: TheDesk) -> Approval:
    """One proposal as it stands."""
    with read_session(desk.door.sessions) as session:
        found = approval(session, desk.door.account, approval_id)
    if found is None:
        raise _unknown(approval_id)
    return Approval.model_validate(found)


@answered.post(
    "/approvals/{approval_id}/approve", response_model=WordTaken, responses=problems(404)
)
def approve(
    approval_id: UUID, word: Word, desk: TheDesk, caller: TheCaller
) -> WordTaken | Response:
    """Send an order that waits for the owner's word, after all limits were asked once more.

    What expired, was answered already, was altered or has run away from its price, and what a
    limit refuses after all, is not sent: 409, and the problem says why (`ruling`, `reason`).
    """
    return _settle(desk, approval_id, _answer(desk, caller, word, Choice.APPROVE))


@answered.post(
    "/approvals/{approval_id}/reject", response_model=WordTaken, responses=problems(404)
)
def reject(
    approval_id: UUID, word: Word, desk: TheDesk, caller: TheCaller
) -> WordTaken | Response:
    """Say no to an order that waits for the owner's word; its decision ends there."""
    return _settle(desk, approval_id, _answer(desk, caller, word, Choice.REJECT))


def _answer(desk: TheDesk, caller: TheCaller, word: Word, choice: Choice) -> Answer:
    return Answer(choice, caller.actor, Via.API, desk.door.now(), word.intent_hash)


def _settle(desk: TheDesk, approval_id: UUID, given: Answer) -> WordTaken | Response:
    settled = give_answer(desk.door, approval_id, given)
    if settled is None:
        raise _unknown(approval_id)
    if settled.answered.judged.ruling is not _AS_WANTED[given.choice]:
        return _not_done(settled.answered)
    if isinstance(settled.carried_out, Refused | Proposal):
        return _not_sent(settled.carried_out)
    return _done(settled)


def _done(settled: Settled) -> WordTaken:
    judged = settled.answered.judged
    return WordTaken(
        id=settled.answered.proposal.id,
        ruling=judged.ruling,
        detail=judged.detail,
        order=_order(settled),
        is_left_to_sync=settled.is_left_to_sync,
    )


def _order(settled: Settled) -> SentOrder | None:
    if (sent := settled.intent) is None:
        return None
    return SentOrder(link_id=sent.order.link_id, state=sent.state, error=sent.error_message)


def _not_done(ended: Answered) -> Response:
    """The answer did something else than was wanted, or nothing."""
    judged, again = ended.judged, ended.successor
    more: dict[str, Json] = {"ruling": judged.ruling.value}
    if isinstance(again, Proposal):
        more["asked_again_as"] = str(again.id)
    return problem(ProblemKind.NOT_SENT, judged.detail, more=more)


def _not_sent(ended: Refused | Proposal) -> Response:
    """It was approved, and what was asked once more before sending said no."""
    more: dict[str, Json] = {"ruling": Ruling.APPROVED.value}
    if isinstance(ended, Proposal):
        more["asked_again_as"] = str(ended.id)
        return problem(ProblemKind.NOT_SENT, "the market moved on; asked again", more=more)
    more["reason"] = ended.reason.value
    return problem(ProblemKind.NOT_SENT, ended.detail, more=more)


def _unknown(approval_id: UUID) -> ProblemError:
    message = f"there is no proposal {approval_id} of this account"
    return ProblemError(ProblemKind.NOT_FOUND, message)
