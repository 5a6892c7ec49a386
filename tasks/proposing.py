"""Ask the owner about an order: the exact order, under its hash, until it expires."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from db.repositories import approvals
from tasks.asking import Asking
from tasks.listing import listed
from tasks.maintenance import refused_by_maintenance
from tasks.notifications import notify
from tasks.resources import Resources
from trading import risk
from trading.account import Wallet
from trading.capacity import AccountState
from trading.instruments import Instrument
from trading.notices import Notice, NoticeKind, Severity
from trading.proposals import (
    Proposal,
    ProposedOrder,
    describe,
    order_to_propose,
)
from trading.reasons import Reason, Refused
from trading.risk import Approved
from trading.signals import Signal, executable_price, signal_by_hand


@dataclass(frozen=True, slots=True)
class Look:
    """The market of this moment, for an order that was proposed before.

    `signal` is a refusal where the price has passed the order's stop or target.
    """

    price: Decimal
    signal: Signal | Refused
    instrument: Instrument
    wallet: Wallet


def propose(  # noqa: PLR0913 -- one proposal and what it came from, by name
    session: Session,
    asking: Asking,
    approved: Approved,
    *,
    entry_price: Decimal,
    now: datetime,
    decision_id: UUID | None = None,
    reasons: str = "",
    replaces: Proposal | None = None,
) -> Proposal:
    """The proposal, stored in the caller's transaction together with the message that asks.

    `approved` is what the limits would let through at `entry_price`; nothing is reserved while the
    owner thinks. A link id that is being asked about already gives that proposal: a repeated
    decision asks once.
    """
    key = asking.recipient.account
    standing = approvals.live_of_link(session, key, approved.order.link_id)
    if standing is not None:
        return standing.proposal
    proposal = Proposal(
        id=uuid7(),
        order=order_to_propose(approved, entry_price),
        proposed_at=now,
        expires_at=now + asking.rules.expiry,
        reasons=reasons,
        round=1 if replaces is None else replaces.round + 1,
        decision_id=decision_id,
        replaces_id=None if replaces is None else replaces.id,
    )
    approvals.add(session, key, proposal)
    notify(session, asking.recipient, _question(session, proposal))
    return proposal


def propose_again(
    session: Session,
    asking: Asking,
    before: Proposal,
    fresh: Approved | Refused,
    *,
    price: Decimal,
    now: datetime,
) -> Proposal | Refused:
    """A new proposal in the place of `before`, which left its state already, or why there is none.

    Raises:
        InvariantError: `before` is still alive; change it first.
    """
    if isinstance(fresh, Refused):
        return fresh
    if before.round >= asking.rules.maximum_rounds:
        detail = f"the price ran away {before.round} times; {asking.rules.maximum_rounds} allowed"
        return Refused(Reason.APPROVAL_DRIFTED, detail)
    return propose(
        session,
        asking,
        fresh,
        entry_price=price,
        now=now,
        decision_id=before.decision_id,
        reasons=before.reasons,
        replaces=before,
    )


def look_again(resources: Resources, order: ProposedOrder) -> Look | Refused:
    """What `order` would meet now, or why nothing may be entered: not listed, maintenance.

    Raises:
        ExchangeError: the exchange does not answer; the proposal stands as it did.
    """
    instrument = listed(resources, order.symbol)
    if instrument is None:
        return Refused(Reason.DATA_INSTRUMENT, f"the exchange has no {order.symbol} any more")
    if (refused := refused_by_maintenance(resources)) is not None:
        return refused
    ticker = resources.gateway.ticker(order.symbol)
    signal = signal_by_hand(
        order.direction, order.stop_loss, order.take_profit, instrument=instrument, ticker=ticker
    )
    price = executable_price(order.direction, ticker)
    return Look(price, signal, instrument, resources.gateway.wallet_balance())


def review_again(
    resources: Resources, order: ProposedOrder, look: Look, account: AccountState, now: datetime
) -> Approved | Refused:
    """What the limits say to `order` with the account and the price of this moment."""
    if isinstance(look.signal, Refused):
        return look.signal
    return risk.review(
        look.signal,
        account,
        look.instrument,
        resources.desk.risk,
        link_id=order.link_id,
        # The ticker carries the exchange's time, which may be a moment ahead of ours.
        now=max(now, look.signal.created_at),
    )


def _question(session: Session, proposal: Proposal) -> Notice:
    return Notice(
        kind=NoticeKind.APPROVAL,
        severity=Severity.WARNING,
        dedupe_key=f"approval {proposal.id}",
        text=describe(proposal),
        created_at=proposal.proposed_at,
        approval_id=proposal.id,
        picture_sha256=approvals.chart_of(session, proposal),
    )
