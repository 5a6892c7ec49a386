"""The owner's word is taken once, in time, about the order shown, and then carried out."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from db.queries.decisions import recent_decisions
from db.repositories import approvals, decisions, intents, notifications
from db.repositories.approvals import Kept
from db.repositories.decisions import NewDecision
from db.repositories.intents import Intent
from db.unit_of_work import read_session, unit_of_work
from tasks.approvals import answer, expire_due
from tasks.carrying_out import carry_out_approved, carry_out_due
from tasks.resources import Resources, open_resources
from tasks.sync_reading import read_account
from tasks.sync_recording import record_account
from tests.fixtures.desks import claimed, settings_of, with_limits
from tests.fixtures.simulator import Venue
from tests.tasks.approving import LONG, asking, given, proposed
from trading.intent_states import IntentState
from trading.proposal_answers import Choice, Ruling
from trading.proposal_states import ProposalState
from trading.proposals import Proposal
from trading.reasons import Outcome, Reason, Refused


@pytest.fixture
def desk(open_desk: Callable[..., Resources]) -> Resources:
    """A desk whose account was synchronised."""
    resources = open_desk()
    record_account.fn(resources, read_account.fn(resources))
    return resources


@pytest.fixture
def still_desk(quiet_venue: Venue, desk_database_url: str) -> Iterator[Resources]:
    """A desk with an account of its own on a venue that tests share which send nothing."""
    with open_resources(settings_of(quiet_venue, desk_database_url), role="test") as resources:
        record_account.fn(resources, read_account.fn(resources))
        yield resources


def later(resources: Resources, wait: timedelta) -> Resources:
    moment = resources.now() + wait
    return replace(resources, now=lambda: moment)


def kept(resources: Resources, proposal: Proposal) -> Kept:
    with read_session(resources.sessions) as session:
        found = approvals.get(session, resources.desk.account, proposal.id)
    assert found is not None
    return found


def rulings(resources: Resources) -> dict[Ruling, int]:
    with read_session(resources.sessions) as session:
        return approvals.rulings(session, resources.desk.account)


def entries_sent(venue: Venue, proposal: Proposal) -> int:
    sent = [row["orderLinkId"] for row in venue.records()["orders"]]
    return sent.count(proposal.order.link_id)


def test_an_approved_order_is_sent_as_it_was_shown(desk: Resources, venue: Venue) -> None:
    proposal, asked = proposed(desk), asking(desk)
    with read_session(desk.sessions) as session:
        assert intents.unresolved(session, desk.desk.account) == []  # nothing is held meanwhile

    answered = answer(desk, asked, proposal.id, given(proposal))
    assert answered is not None
    assert answered.judged.ruling is Ruling.APPROVED
    ended = carry_out_approved(desk, asked, proposal.id)

    assert isinstance(ended, Intent)
    assert (ended.state, ended.order.link_id) == (IntentState.FILLED, proposal.order.link_id)
    (position,) = desk.gateway.positions()
    assert (position.quantity, position.stop_loss, position.take_profit) == (
        proposal.order.quantity,
        proposal.order.stop_loss,
        proposal.order.take_profit,
    )
    assert kept(desk, proposal).carried_out_at is not None
    # A replayed button, another process, the next round: nothing more is done.
    again = answer(desk, asked, proposal.id, given(proposal))
    assert again is not None
    assert again.judged.ruling is Ruling.ALREADY_ANSWERED
    assert carry_out_approved(desk, asked, proposal.id) is None
    assert carry_out_due(desk, asked) == ()
    assert entries_sent(venue, proposal) == 1
    assert rulings(desk) == {Ruling.APPROVED: 1, Ruling.ALREADY_ANSWERED: 1}


def test_of_many_answers_at_once_one_counts_and_one_order_leaves(
    desk: Resources, venue: Venue
) -> None:
    proposal, asked = proposed(desk), asking(desk)

    def press(choice: Choice) -> Ruling:
        answered = answer(desk, asked, proposal.id, given(proposal, choice))
        assert answered is not None
        carry_out_approved(desk, asked, proposal.id)
        return answered.judged.ruling

    with ThreadPoolExecutor(6) as hands:
        found = list(hands.map(press, [Choice.APPROVE, Choice.REJECT] * 3))
    counted = [one for one in found if one is not Ruling.ALREADY_ANSWERED]
    assert len(counted) == 1
    assert entries_sent(venue, proposal) == (counted == [Ruling.APPROVED])


def test_what_nobody_answers_in_time_is_skipped(still_desk: Resources, quiet_venue: Venue) -> None:
    proposal, asked = proposed(still_desk), asking(still_desk)
    late = later(still_desk, timedelta(minutes=16))
    assert expire_due(still_desk.sessions, asked, now=still_desk.now()) == 0
    answered = answer(late, asked, proposal.id, given(proposal))
    assert answered is not None
    assert answered.judged.ruling is Ruling.EXPIRED

    other = proposed(still_desk)
    assert expire_due(still_desk.sessions, asked, now=late.now()) == 1
    assert expire_due(still_desk.sessions, asked, now=late.now()) == 0
    assert {kept(still_desk, one).state for one in (proposal, other)} == {ProposalState.EXPIRED}
    assert carry_out_approved(still_desk, asked, proposal.id) is None
    assert entries_sent(quiet_venue, proposal) == 0


@pytest.mark.parametrize("intent_hash", ["0" * 24, ""])
def test_an_altered_button_does_nothing_and_is_kept(
    still_desk: Resources, intent_hash: str
) -> None:
    proposal = proposed(still_desk)
    answered = answer(
        still_desk, asking(still_desk), proposal.id, given(proposal, intent_hash=intent_hash)
    )
    assert answered is not None
    assert answered.judged.ruling is Ruling.ALTERED
    assert kept(still_desk, proposal).state is ProposalState.PROPOSED
    assert rulings(still_desk) == {Ruling.ALTERED: 1}


def test_an_order_altered_in_the_database_is_not_approved(still_desk: Resources) -> None:
    proposal = proposed(still_desk)
    with unit_of_work(still_desk.sessions) as session:
        change = "UPDATE approvals SET quantity = quantity * 2 WHERE id = :id"
        session.execute(text(change), {"id": proposal.id})
    altered = kept(still_desk, proposal).proposal
    answered = answer(still_desk, asking(still_desk), proposal.id, given(altered))
    assert answered is not None
    assert answered.judged.ruling is Ruling.ALTERED


def test_a_price_that_ran_away_is_asked_about_again_and_not_sent(
    desk: Resources, venue: Venue
) -> None:
    asked = asking(desk, maximum_rounds=2)
    first = proposed(desk, asked, entry_price=Decimal(153))
    answered = answer(desk, asked, first.id, given(first))
    assert answered is not None
    assert answered.judged.ruling is Ruling.DRIFTED
    assert kept(desk, first).state is ProposalState.REPROPOSED
    second = answered.successor
    assert isinstance(second, Proposal)
    assert (second.round, second.replaces_id) == (2, first.id)
    assert second.order.link_id == first.order.link_id
    assert second.order.entry_price != first.order.entry_price
    assert carry_out_approved(desk, asked, first.id) is None

    approved = answer(desk, asked, second.id, given(second))
    assert approved is not None
    assert approved.judged.ruling is Ruling.APPROVED
    assert isinstance(carry_out_approved(desk, asked, second.id), Intent)
    assert entries_sent(venue, first) == 1


def test_after_the_last_round_the_market_has_left_the_decision_behind(
    still_desk: Resources,
) -> None:
    asked = asking(still_desk, maximum_rounds=1)
    proposal = proposed(still_desk, asked, entry_price=Decimal(153))
    answered = answer(still_desk, asked, proposal.id, given(proposal))
    assert answered is not None
    assert isinstance(answered.successor, Refused)
    assert answered.successor.reason is Reason.APPROVAL_DRIFTED


def test_an_approval_is_no_way_around_a_limit(still_desk: Resources, quiet_venue: Venue) -> None:
    proposal, asked = proposed(still_desk), asking(still_desk)
    answer(still_desk, asked, proposal.id, given(proposal))
    stricter = with_limits(still_desk, max_open_positions=0)
    ended = carry_out_approved(stricter, asked, proposal.id)
    assert isinstance(ended, Refused)
    assert ended.reason is Reason.RISK_MAX_POSITIONS
    assert carry_out_approved(still_desk, asked, proposal.id) is None
    assert entries_sent(quiet_venue, proposal) == 0


def test_a_limit_that_leaves_much_less_asks_again(still_desk: Resources) -> None:
    proposal, asked = proposed(still_desk), asking(still_desk)
    answer(still_desk, asked, proposal.id, given(proposal))
    stricter = with_limits(still_desk, risk_fraction_per_trade=Decimal("0.005"))
    again = carry_out_approved(stricter, asked, proposal.id)
    assert isinstance(again, Proposal)
    assert again.order.quantity < proposal.order.quantity
    assert kept(still_desk, proposal).state is ProposalState.REPROPOSED


def test_more_than_was_approved_is_never_sent(desk: Resources) -> None:
    asked = asking(desk)
    proposal = proposed(with_limits(desk, risk_fraction_per_trade=Decimal("0.005")), asked)
    answer(desk, asked, proposal.id, given(proposal))
    ended = carry_out_approved(desk, asked, proposal.id)
    assert isinstance(ended, Intent)
    assert ended.order.quantity == proposal.order.quantity
    assert ended.risk_usdt <= 51


def test_a_yes_does_not_wait_for_a_desk_that_was_down(
    still_desk: Resources, quiet_venue: Venue
) -> None:
    proposal, asked = proposed(still_desk), asking(still_desk)
    answer(still_desk, asked, proposal.id, given(proposal))
    assert carry_out_due(still_desk, asked) == ()  # left to who took the yes a moment ago
    (ended,) = carry_out_due(later(still_desk, timedelta(minutes=16)), asked)
    assert isinstance(ended, Refused)
    assert ended.reason is Reason.APPROVAL_EXPIRED
    assert kept(still_desk, proposal).state is ProposalState.EXPIRED
    assert entries_sent(quiet_venue, proposal) == 0
    with read_session(still_desk.sessions) as session:
        newest, _question = notifications.recent(session, still_desk.desk.account)
    assert newest.text.startswith(
        f"Approved, but not sent ({str(proposal.id)[-12:]}): approved at"
    )


def test_a_repeated_decision_asks_once(still_desk: Resources) -> None:
    link_id = f"once-{uuid4().hex[:12]}"
    first = proposed(still_desk, link_id=link_id)
    assert proposed(still_desk, link_id=link_id) == first
    with read_session(still_desk.sessions) as session:
        told = notifications.recent(session, still_desk.desk.account)
    assert [one.text.splitlines()[0] for one in told] == [f"LONG {first.order.symbol}"]


def test_an_unknown_proposal_is_no_answer(still_desk: Resources) -> None:
    proposal = proposed(still_desk)
    assert answer(still_desk, asking(still_desk), uuid4(), given(proposal)) is None


@pytest.mark.parametrize(
    ("choice", "wait", "ending"),
    [
        (Choice.REJECT, timedelta(0), (Outcome.REFUSED, Reason.APPROVAL_REJECTED)),
        (Choice.REJECT, timedelta(minutes=16), (Outcome.SKIPPED, Reason.APPROVAL_EXPIRED)),
    ],
)
def test_a_decision_without_a_yes_ends_with_the_reason(
    still_desk: Resources,
    choice: Choice,
    wait: timedelta,
    ending: tuple[Outcome, Reason],
) -> None:
    decision_id = decided(still_desk)
    proposal = proposed(still_desk, decision_id=decision_id)
    late = later(still_desk, wait)
    answer(late, asking(still_desk), proposal.id, given(proposal, choice))
    with read_session(still_desk.sessions) as session:
        (line,) = recent_decisions(session, still_desk.desk.account)
    assert (line.id, (line.outcome, line.reason)) == (decision_id, ending)


def decided(resources: Resources) -> UUID:
    """A decision that waits for its order."""
    run = claimed(resources, resources.now())
    with unit_of_work(resources.sessions) as session:
        return decisions.record(
            session,
            NewDecision(
                account=resources.desk.account,
                cycle_run_id=run.run_id,
                slot=run.key.slot,
                symbol=LONG.symbol,
                decided_at=resources.now(),
                outcome=None,
                reason=None,
                config_hash="c0ffee",
                code_version="0.1.0",
            ),
        )
