"""Every sync ends what nobody answered, and sends what a dead process left approved."""

from datetime import timedelta

import pytest

from db.queries.decisions import recent_decisions
from db.repositories import approvals
from db.repositories.intents import Intent
from db.unit_of_work import read_session
from flows.position_sync import run_sync
from flows.trading_cycle import run_cycle
from tasks.approvals import answer
from tasks.resources import Resources
from tasks.sync_approvals import ApprovalsSettled, settle_approvals
from tests.fixtures.desk_fixtures import OpenDesk
from tests.fixtures.desks import LongOf, with_analyst
from tests.fixtures.plotted_market import CALM, OPENS, RISING
from tests.fixtures.scripted_proxy import ScriptedProxy, refused_with
from tests.fixtures.simulator import Venue
from tests.tasks.approving import given
from trading.intent_states import IntentState
from trading.proposals import Proposal
from trading.reasons import Outcome, Reason


@pytest.fixture
def desk(open_desk: OpenDesk, proxy: ScriptedProxy) -> Resources:
    """A desk whose cycle has just asked the owner about two entries."""
    opened = open_desk(approval="entries", symbols=(CALM, RISING), exchange_base_url=proxy.url)
    run_cycle(with_analyst(opened, LongOf()), OPENS)
    return opened


def approve(desk: Resources, symbol: str) -> Proposal:
    """Take a yes, and die before it is carried out."""
    with read_session(desk.sessions) as session:
        kept = approvals.waiting(session, desk.desk.account)
    (proposal,) = [one.proposal for one in kept if one.proposal.order.symbol == symbol]
    assert answer(desk, desk.asking, proposal.id, given(proposal)) is not None
    return proposal


def test_a_sync_sends_what_was_left_and_ends_what_nobody_answered(
    desk: Resources, venue: Venue, proxy: ScriptedProxy
) -> None:
    proposal = approve(desk, CALM)
    # Whoever took the answer is about to send it.
    assert settle_approvals(desk) == ApprovalsSettled()

    venue.advance(timedelta(seconds=30))
    proxy.script("/v5/market/tickers", *[refused_with(10016, "busy")] * 3)
    assert settle_approvals(desk) == ApprovalsSettled(0, (None,))  # it stands

    (sent,) = run_sync(desk).approvals.carried_out
    assert isinstance(sent, Intent)
    assert (sent.state, sent.order.link_id) == (IntentState.FILLED, proposal.order.link_id)
    (position,) = desk.gateway.positions()
    assert position.is_protected

    venue.advance(timedelta(minutes=16))
    assert run_sync(desk).approvals == ApprovalsSettled(1)
    with read_session(desk.sessions) as session:
        lines = recent_decisions(session, desk.desk.account)
    assert {line.symbol: (line.outcome, line.reason) for line in lines} == {
        CALM: (Outcome.TRADED, Reason.ORDER_FILLED),
        RISING: (Outcome.SKIPPED, Reason.APPROVAL_EXPIRED),
    }
