"""Proposals on a desk whose exchange is real enough to trade on."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from db.unit_of_work import unit_of_work
from tasks.account import account_state
from tasks.asking import Asking
from tasks.manual import Quote, Wish, quote
from tasks.notifications import Recipient
from tasks.proposing import propose
from tasks.resources import Resources
from tests.fixtures.plotted_market import CALM
from trading import risk
from trading.positions import Direction
from trading.proposal_answers import Answer, Choice, Via
from trading.proposals import ApprovalRules, Proposal
from trading.risk import Approved

CHAT = 7
LONG = Wish(CALM, Direction.LONG, Decimal(147), Decimal(156))


def asking(resources: Resources, **rules: object) -> Asking:
    wanted = {"expiry": timedelta(minutes=15)} | rules
    return Asking(ApprovalRules(**wanted), Recipient(resources.desk.account, (CHAT,)))  # type: ignore[arg-type]


def proposed(
    resources: Resources,
    asked: Asking | None = None,
    *,
    entry_price: Decimal | None = None,
    link_id: str | None = None,
    decision_id: UUID | None = None,
) -> Proposal:
    """A long that every limit lets through now, proposed at the price of now or another."""
    quoted = quote(resources, LONG)
    assert isinstance(quoted, Quote)
    now, desk = max(resources.now(), quoted.signal.created_at), resources.desk
    with unit_of_work(resources.sessions) as session:
        account = account_state(session, desk.account, quoted.wallet, desk.risk.limits, now=now)
        approved = risk.review(
            quoted.signal,
            account,
            quoted.instrument,
            desk.risk,
            link_id=link_id or f"test-{uuid4().hex[:20]}",
            now=now,
        )
        assert isinstance(approved, Approved)
        return propose(
            session,
            asked or asking(resources),
            approved,
            entry_price=entry_price or quoted.signal.entry_price,
            now=now,
            decision_id=decision_id,
            reasons="the test says so",
        )


def given(proposal: Proposal, choice: Choice = Choice.APPROVE, **changed: str) -> Answer:
    return Answer(
        choice,
        changed.get("by", "Ada"),
        Via.TELEGRAM,
        proposal.proposed_at,
        changed.get("intent_hash", proposal.order.intent_hash[:24]),
    )
