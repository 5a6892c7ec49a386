"""Send what the owner approved: reviewed anew, at most the approved quantity, exactly once."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.orm import Session, sessionmaker

from db.keys import AccountKey
from db.repositories import approvals, instruments
from db.repositories.approvals import Kept
from db.repositories.intents import Intent
from db.unit_of_work import read_session, unit_of_work
from tasks.account import account_state
from tasks.approvals import conclude
from tasks.asking import Asking
from tasks.entering import enter_trade
from tasks.manual import Reserved
from tasks.notifications import notify
from tasks.proposing import Look, look_again, propose_again, review_again
from tasks.reserving import reserve_entry
from tasks.resources import Resources
from trading import risk
from trading.capacity import AccountState
from trading.errors import ExchangeError
from trading.notice_texts import not_sent_notice
from trading.proposal_states import ProposalState
from trading.proposals import ApprovalRules, Proposal, ProposedOrder
from trading.reasons import Reason, Refused
from trading.risk import Approved
from trading.sizing import Size

log = structlog.get_logger()

CarriedOut = Intent | Refused | Proposal | None
"""The ended order, why there is none, the proposal that asks again, or None: nothing to do."""


def carry_out_approved(resources: Resources, asking: Asking, proposal_id: UUID) -> CarriedOut:
    """Reserve and send an approved order; what became of it.

    All limits are asked again with the account and price of now. The approved quantity is the
    most that is sent; less is sent only as far as an allowed drift of the price makes the same
    risk smaller, beyond that the owner is asked again. Of several callers one sends.

    Raises:
        ExchangeError: the market could not be asked; the approval stands, call again.
    """
    key = resources.desk.account
    with read_session(resources.sessions) as session:
        seen = approvals.get(session, key, proposal_id)
    if seen is None or not _is_open(seen):
        return None
    look = look_again(resources, seen.proposal.order)
    with unit_of_work(resources.sessions) as session:
        prepared = _prepare(session, _Case(resources, asking, look), proposal_id)
    if isinstance(prepared, Reserved):
        return enter_trade(resources, prepared.intent, prepared.approved)
    return prepared


def left_behind(
    sessions: sessionmaker[Session], key: AccountKey, *, now: datetime
) -> tuple[UUID, ...]:
    """Approved orders, oldest first, that the process which took the answer did not get to."""
    with read_session(sessions) as session:
        waiting = approvals.to_carry_out(session, key)
    # Who took a yes a moment ago is about to send it.
    return tuple(
        kept.proposal.id
        for kept in waiting
        if kept.ended_at is not None and now - kept.ended_at > approvals.BUSY
    )


def carry_out_due(resources: Resources, asking: Asking) -> tuple[CarriedOut, ...]:
    """Send every approved order that the process which took the answer did not get to.

    Nobody waits at a phone for what becomes of it, so the owner is told of what is not sent.
    """
    left = left_behind(resources.sessions, resources.desk.account, now=resources.now())
    return tuple(_carry_out_left(resources, asking, proposal_id) for proposal_id in left)


def _carry_out_left(resources: Resources, asking: Asking, proposal_id: UUID) -> CarriedOut:
    try:
        ended = carry_out_approved(resources, asking, proposal_id)
    except ExchangeError as error:
        # The approval stands until it is too old; the others are not to wait for this one.
        log.warning(
            "approved order waits for the exchange", proposal=str(proposal_id), error=str(error)
        )
        return None
    if isinstance(ended, Refused):
        notice = not_sent_notice(proposal_id, ended, now=resources.now())
        with unit_of_work(resources.sessions) as session:
            notify(session, asking.recipient, notice)
    return ended


@dataclass(frozen=True, slots=True)
class _Case:
    """An approved order on its way into the outbox."""

    resources: Resources
    asking: Asking
    look: Look | Refused


def _prepare(
    session: Session, case: _Case, proposal_id: UUID
) -> Reserved | Refused | Proposal | None:
    resources, now = case.resources, case.resources.now()
    look, key = case.look, resources.desk.account
    # The capacity lock comes first, as wherever an entry is reserved.
    account = None if isinstance(look, Refused) else _account(session, resources, look, now)
    kept = approvals.locked(session, key, proposal_id)
    if kept is None or not _is_open(kept):
        return None
    if _is_too_late(kept, case.asking.rules, now):
        return _expire(session, kept, now)
    if account is None or isinstance(look, Refused):
        assert isinstance(look, Refused)
        return _refuse(session, kept, look, now)
    fresh = review_again(resources, kept.proposal.order, look, account, now)
    if isinstance(fresh, Refused):
        return _refuse(session, kept, fresh, now)
    if not _is_still_the_order(kept.proposal.order, look, fresh, case.asking.rules):
        return _ask_again(session, case.asking, kept, fresh, look, now)
    return _reserve(session, case, kept, fresh, account)


def _account(session: Session, resources: Resources, look: Look, now: datetime) -> AccountState:
    desk = resources.desk
    return account_state(session, desk.account, look.wallet, desk.risk.limits, now=now)


def _is_open(kept: Kept) -> bool:
    return kept.state is ProposalState.APPROVED and kept.carried_out_at is None


def _is_too_late(kept: Kept, rules: ApprovalRules, now: datetime) -> bool:
    """A yes is about the market it was given in; it does not wait for a desk that was down."""
    return kept.ended_at is not None and now - kept.ended_at > rules.expiry


def _is_still_the_order(
    order: ProposedOrder, look: Look, fresh: Approved, rules: ApprovalRules
) -> bool:
    is_near = order.drift_fraction(look.price) <= rules.maximum_drift_fraction
    return is_near and fresh.order.quantity >= order.quantity * rules.smallest_part


def _expire(session: Session, kept: Kept, now: datetime) -> Refused:
    refused = Refused(
        Reason.APPROVAL_EXPIRED, f"approved at {kept.ended_at:%H:%M:%S} UTC, too long ago to send"
    )
    approvals.change(session, kept, ProposalState.EXPIRED, now=now)
    conclude(session, kept.proposal, refused, now=now)
    return refused


def _refuse(session: Session, kept: Kept, refused: Refused, now: datetime) -> Refused:
    approvals.mark_carried_out(session, kept, now=now)
    conclude(session, kept.proposal, refused, now=now)
    return refused


def _ask_again(
    session: Session,
    asking: Asking,
    kept: Kept,
    fresh: Approved,
    look: Look,
    now: datetime,
) -> Proposal | Refused:
    approvals.change(session, kept, ProposalState.REPROPOSED, now=now)
    again = propose_again(session, asking, kept.proposal, fresh, price=look.price, now=now)
    if isinstance(again, Refused):
        conclude(session, kept.proposal, again, now=now)
    return again


def _reserve(
    session: Session, case: _Case, kept: Kept, fresh: Approved, account: AccountState
) -> Reserved | Refused:
    resources, now = case.resources, case.resources.now()
    desk = resources.desk
    approved = _at_most(kept.proposal.order, fresh)
    if isinstance(approved, Refused):
        return _refuse(session, kept, approved, now)
    assert isinstance(case.look, Look)
    instruments.remember(session, desk.account.environment, (case.look.instrument,), now=now)
    intent = reserve_entry(
        session, desk, approved, account, now=now, decision_id=kept.proposal.decision_id
    )
    if isinstance(intent, Refused):
        return _refuse(session, kept, intent, now)
    approvals.mark_carried_out(session, kept, now=now)
    return Reserved(approved, intent)


def _at_most(order: ProposedOrder, fresh: Approved) -> Approved | Refused:
    """The fresh approval, over no more than the owner said yes to."""
    whole = fresh.order.quantity
    if whole <= order.quantity:
        return fresh
    part = order.quantity / whole
    size = Size(order.quantity, fresh.risk_usdt * part, fresh.notional_usdt * part)
    return risk.renew(replace(fresh.order, quantity=order.quantity), size, fresh)
