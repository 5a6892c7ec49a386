"""The owner's word: taken once, about the very order that was shown, while it still stands."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.orm import Session, sessionmaker

from db.repositories import approvals, decisions
from db.repositories.approvals import Kept
from db.unit_of_work import read_session, unit_of_work
from tasks.account import account_state
from tasks.asking import Asking
from tasks.entries import outcome_of
from tasks.proposing import Look, look_again, propose_again, review_again
from tasks.resources import Resources
from trading.capacity import AccountState
from trading.checks import require
from trading.proposal_answers import Answer, Choice, Judged, Ruling, judge_answer
from trading.proposal_states import ProposalState
from trading.proposals import Proposal, needs_approval
from trading.reasons import Outcome, Reason, Refused

__all__ = ["Answered", "answer", "expire_due", "needs_approval"]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer did. `successor` is the new proposal where the price had run away."""

    proposal: Proposal
    judged: Judged
    successor: Proposal | Refused | None = None


def answer(
    resources: Resources, asking: Asking, proposal_id: UUID, given: Answer
) -> Answered | None:
    """What `given` did, committed; None if this account has no such proposal.

    The proposal's row is locked, so of two answers at once one counts; the other, a replayed
    button or an altered one does nothing and is stored all the same. An approved order is not
    sent here: `carrying_out.carry_out_approved` does that.

    Raises:
        ExchangeError: the price could not be asked for; nothing was changed, answer again.
    """
    if given.choice is Choice.REJECT:
        return decline(resources.sessions, asking, proposal_id, given, now=resources.now())
    with read_session(resources.sessions) as session:
        seen = approvals.get(session, resources.desk.account, proposal_id)
    if seen is None:
        _log_unknown(proposal_id, given)
        return None
    # Only a yes in time needs the market.
    asks_market = seen.state is ProposalState.PROPOSED
    look = look_again(resources, seen.proposal.order) if asks_market else None
    with unit_of_work(resources.sessions) as session:
        answered = _answer(session, _Hearing(resources, asking, seen, look), given)
    return _logged(answered, given)


def decline(
    sessions: sessionmaker[Session],
    asking: Asking,
    proposal_id: UUID,
    given: Answer,
    *,
    now: datetime,
) -> Answered | None:
    """What a no did, as `answer` does it: it needs the database alone, however silent the market.

    Raises:
        InvariantError: `given` is a yes.
    """
    require(given.choice is Choice.REJECT, f"{given.choice} is no no; use `answer`")
    with unit_of_work(sessions) as session:
        kept = approvals.locked(session, asking.recipient.account, proposal_id)
        if kept is None:
            _log_unknown(proposal_id, given)
            return None
        judged = _judge(kept, given, None, asking, now)
        _take(session, kept, given, judged, now)
    return _logged(Answered(kept.proposal, judged), given)


def expire_due(sessions: sessionmaker[Session], asking: Asking, *, now: datetime) -> int:
    """End every proposal that nobody answered in time; how many there were."""
    key, ended = asking.recipient.account, 0
    with read_session(sessions) as session:
        late = [one for one in approvals.waiting(session, key) if one.proposal.expires_at <= now]
    for seen in late:
        with unit_of_work(sessions) as session:
            kept = approvals.locked(session, key, seen.proposal.id)
            if kept is None or kept.state is not ProposalState.PROPOSED:
                continue  # answered meanwhile
            approvals.change(session, kept, ProposalState.EXPIRED, now=now)
            conclude(session, kept.proposal, _nobody_answered(kept.proposal), now=now)
            ended += 1
    return ended


def conclude(session: Session, proposal: Proposal, refused: Refused, *, now: datetime) -> None:
    """Tell the decision behind a proposal that no order comes of it."""
    if proposal.decision_id is None:
        return
    decisions.conclude(
        session,
        proposal.decision_id,
        outcome=Outcome.SKIPPED if _is_skip(refused.reason) else outcome_of(refused.reason),
        reason=refused.reason,
        now=now,
        detail=refused.detail,
    )


@dataclass(frozen=True, slots=True)
class _Hearing:
    """One answer's way to its ruling: the proposal as it was seen, and the market if needed."""

    resources: Resources
    asking: Asking
    seen: Kept
    look: Look | Refused | None


def _answer(session: Session, hearing: _Hearing, given: Answer) -> Answered:
    resources, order = hearing.resources, hearing.seen.proposal.order
    now, account = resources.now(), None
    if isinstance(hearing.look, Look):
        # First of all: whoever reserves holds the same lock before he touches a proposal.
        account = _account(session, hearing.resources, order.link_id, hearing.look, now)
    kept = approvals.locked(session, resources.desk.account, hearing.seen.proposal.id)
    assert kept is not None  # rows are never removed
    judged = _judge(kept, given, hearing.look, hearing.asking, now)
    _take(session, kept, given, judged, now)
    if judged.ruling is Ruling.DRIFTED and account is not None:
        return _ask_again(session, hearing, kept.proposal, judged, account, now)
    return Answered(kept.proposal, judged)


def _take(session: Session, kept: Kept, given: Answer, judged: Judged, now: datetime) -> None:
    """Keep the answer, and bring the locked proposal and its decision where it leads."""
    approvals.note_answer(session, kept, given, judged)
    if judged.becomes is None:
        return
    approvals.change(session, kept, judged.becomes, now=now)
    if (why := _why_not(kept.proposal, judged)) is not None:
        conclude(session, kept.proposal, why, now=now)


def _judge(
    kept: Kept, given: Answer, look: Look | Refused | None, asking: Asking, now: datetime
) -> Judged:
    proposal = kept.proposal
    if kept.intent_hash != proposal.order.intent_hash:
        return Judged(
            Ruling.ALTERED, "the stored order is not the one that was proposed; nothing was done"
        )
    judged = judge_answer(
        proposal,
        kept.state,
        given,
        now=now,
        # Its own price where the market was not asked.
        price_now=look.price if isinstance(look, Look) else proposal.order.entry_price,
        rules=asking.rules,
    )
    if judged.ruling is Ruling.APPROVED and isinstance(look, Refused):
        return Judged(Ruling.REJECTED, look.detail)
    return judged


def _log_unknown(proposal_id: UUID, given: Answer) -> None:
    log.warning("answer to no proposal of ours", proposal=str(proposal_id), by=given.by)


def _logged(answered: Answered, given: Answer) -> Answered:
    judged = answered.judged
    log.info("answered", ruling=judged.ruling, by=given.by, via=given.via, detail=judged.detail)
    return answered


def _ask_again(
    session: Session,
    hearing: _Hearing,
    proposal: Proposal,
    judged: Judged,
    account: AccountState,
    now: datetime,
) -> Answered:
    assert isinstance(hearing.look, Look)
    fresh = review_again(hearing.resources, proposal.order, hearing.look, account, now)
    successor = propose_again(
        session, hearing.asking, proposal, fresh, price=hearing.look.price, now=now
    )
    if isinstance(successor, Refused):
        conclude(session, proposal, successor, now=now)
    return Answered(proposal, judged, successor)


def _account(
    session: Session, resources: Resources, link_id: str, look: Look, now: datetime
) -> AccountState:
    desk = resources.desk
    return account_state(
        session, desk.account, look.wallet, desk.risk.limits, now=now, link_id=link_id
    )


def _why_not(proposal: Proposal, judged: Judged) -> Refused | None:
    if judged.ruling is Ruling.REJECTED:
        return Refused(Reason.APPROVAL_REJECTED, judged.detail)
    return _nobody_answered(proposal) if judged.ruling is Ruling.EXPIRED else None


def _nobody_answered(proposal: Proposal) -> Refused:
    return Refused(
        Reason.APPROVAL_EXPIRED,
        f"nobody answered between {proposal.proposed_at:%H:%M:%S} and "
        f"{proposal.expires_at:%H:%M:%S} UTC",
    )


def _is_skip(reason: Reason) -> bool:
    return reason in {Reason.APPROVAL_EXPIRED, Reason.APPROVAL_DRIFTED}
