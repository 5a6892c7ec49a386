"""A decision that waits for the owner: asked in its own transaction, and nothing is reserved."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker

from db.models import DecisionRow, IntentRow
from db.repositories import approvals, notifications
from db.repositories.approvals import Kept
from db.repositories.slots import Claim
from db.unit_of_work import read_session
from tasks.approvals import answer, expire_due
from tasks.entries import Decided, decide
from tasks.resources import Resources
from tests.fixtures.desks import claimed, offline_resources
from tests.fixtures.studies import agenda, remember, rows_of, study
from tests.tasks.approving import CHAT, asking, given
from tests.trading.builders import NOW
from trading.proposal_answers import Choice
from trading.proposal_states import ProposalState
from trading.proposals import ApprovalPolicy
from trading.reasons import Outcome, Reason

End = Callable[[Resources, Kept], object]


@pytest.fixture
def resources(session_factory: sessionmaker[Session]) -> Resources:
    """A synchronised desk whose owner wants to be asked about entries."""
    opened = offline_resources(session_factory, now=NOW)
    remember(opened)
    return replace(opened, asking=asking(opened, policy=ApprovalPolicy.ENTRIES))


@pytest.fixture
def run(resources: Resources) -> Claim:
    return claimed(resources, NOW.replace(second=0))


def asked(resources: Resources) -> list[Kept]:
    with read_session(resources.sessions) as session:
        return approvals.recent(session, resources.desk.account)


def reject(resources: Resources, kept: Kept) -> object:
    return answer(
        resources, resources.asking, kept.proposal.id, given(kept.proposal, Choice.REJECT)
    )


def let_expire(resources: Resources, kept: Kept) -> object:
    return expire_due(resources.sessions, resources.asking, now=kept.proposal.expires_at)


def test_the_owner_is_asked_and_nothing_is_reserved(resources: Resources, run: Claim) -> None:
    wanted = study(resources)
    decided = decide.fn(resources, run, agenda(), wanted)

    (row,), (kept,) = rows_of(resources, DecisionRow), asked(resources)
    assert decided == Decided(row.id, "BTCUSDT", None)
    assert (row.outcome, row.reason, row.concluded_at) == (None, None, None)
    assert rows_of(resources, IntentRow) == []
    signal = wanted.judgement.signal
    assert signal is not None
    order = kept.proposal.order
    assert (kept.state, kept.proposal.decision_id) == (ProposalState.PROPOSED, row.id)
    assert (order.entry_price, order.stop_loss) == (signal.entry_price, signal.stop_loss)
    assert kept.proposal.expires_at == NOW + timedelta(minutes=15)
    with read_session(resources.sessions) as session:
        (told,) = notifications.recent(session, resources.desk.account)
    assert told.chat_id == CHAT
    assert told.text.startswith("LONG BTCUSDT\n")
    assert "\nWhy: " in told.text


def test_a_desk_that_is_not_to_ask_reserves_at_once(resources: Resources, run: Claim) -> None:
    free = replace(resources, asking=asking(resources, policy=ApprovalPolicy.NEVER))
    decided = decide.fn(free, run, agenda(), study(free))
    assert decided.entry is not None
    assert asked(free) == []


def test_a_repeated_attempt_asks_once(resources: Resources, run: Claim) -> None:
    first = decide.fn(resources, run, agenda(), study(resources))
    assert decide.fn(resources, run, agenda(), study(resources)) == first
    assert len(asked(resources)) == 1


@pytest.mark.parametrize(
    ("end", "ending"),
    [
        (reject, (Outcome.REFUSED, Reason.APPROVAL_REJECTED)),
        (let_expire, (Outcome.SKIPPED, Reason.APPROVAL_EXPIRED)),
    ],
)
def test_without_a_yes_the_decision_ends_and_is_not_asked_again(
    resources: Resources, run: Claim, end: End, ending: tuple[Outcome, Reason]
) -> None:
    decide.fn(resources, run, agenda(), study(resources))
    end(resources, asked(resources)[0])

    (row,) = rows_of(resources, DecisionRow)
    assert (row.outcome, row.reason) == ending
    decide.fn(resources, run, agenda(), study(resources))
    assert len(asked(resources)) == 1
    assert rows_of(resources, IntentRow) == []


def test_an_order_from_before_the_owner_wished_to_be_asked_is_neither_sent_nor_asked_about(
    resources: Resources, run: Claim
) -> None:
    free = replace(resources, asking=asking(resources, policy=ApprovalPolicy.NEVER))
    before = decide.fn(free, run, agenda(), study(free))

    after = decide.fn(resources, run, agenda(), study(resources))

    assert after == Decided(before.decision_id, "BTCUSDT", None)
    assert asked(resources) == []
