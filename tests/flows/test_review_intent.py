"""The owner's word given in Prefect: one answer counts, one protected order leaves."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from sqlalchemy import text

from config.current import settings_in_force
from config.desk import Clock
from config.settings import Settings
from db.queries.decisions import DecisionLine, recent_decisions
from db.repositories import approvals, notifications
from db.unit_of_work import read_session, unit_of_work
from flows.review_intent import review_intent
from flows.trading_cycle import run_cycle
from tasks.resources import Resources
from tests.fixtures.desk_fixtures import OpenDesk
from tests.fixtures.desks import NOWHERE, LongOf, settings_of, with_analyst
from tests.fixtures.plotted_market import CALM, OPENS, RISING
from tests.fixtures.prefect_server import ONE_WORKER
from tests.fixtures.scripted_proxy import ScriptedProxy, passed_on, refused_with
from tests.fixtures.simulator import Venue
from trading.errors import BadDataError
from trading.proposal_answers import Choice, Ruling
from trading.proposals import Proposal
from trading.reasons import Outcome, Reason

pytestmark = [ONE_WORKER, pytest.mark.usefixtures("prefect_server")]


@pytest.fixture
def settings(venue: Venue, desk_database_url: str) -> Iterator[Settings]:
    """The settings that the flow finds: entries wait, and two chats hear of everything."""
    chosen = settings_of(
        venue,
        desk_database_url,
        approval="entries",
        telegram_chat_ids=(7,),
        symbols=(CALM, RISING),
    )
    with settings_in_force(chosen):
        yield chosen


@pytest.fixture
def desk(open_desk: OpenDesk, settings: Settings) -> Resources:
    """The same account as the flow's, after a cycle that was long of everything."""
    fields = ("account", "approval", "telegram_chat_ids", "symbols")
    opened = open_desk(**{name: getattr(settings, name) for name in fields})
    run_cycle(with_analyst(opened, LongOf()), OPENS)
    return opened


def waiting(desk: Resources) -> dict[str, Proposal]:
    with read_session(desk.sessions) as session:
        kept = approvals.waiting(session, desk.desk.account)
    return {one.proposal.order.symbol: one.proposal for one in kept}


def decided(desk: Resources) -> dict[str, DecisionLine]:
    with read_session(desk.sessions) as session:
        lines = recent_decisions(session, desk.desk.account)
    return {line.symbol: line for line in lines}


def pages() -> list[str]:
    wanted = ArtifactFilter(key=ArtifactFilterKey(any_=["review-intent"]))
    with get_client(sync_client=True) as client:
        return [str(one.data) for one in client.read_artifacts(artifact_filter=wanted)]


def test_a_cycle_only_asks_and_each_answer_ends_its_decision(
    desk: Resources, venue: Venue
) -> None:
    asked = waiting(desk)
    assert asked.keys() == {CALM, RISING}
    assert {line.outcome for line in decided(desk).values()} == {None}
    assert venue.records()["orders"] == []

    rejected = review_intent(asked[RISING].id, Choice.REJECT, "Ada")
    approved = review_intent(asked[CALM].id, Choice.APPROVE, "Ada")
    again = review_intent(asked[CALM].id, Choice.APPROVE, "Bob")

    assert (rejected.ruling, rejected.order) == (Ruling.REJECTED, "")
    assert approved.ruling is Ruling.APPROVED
    assert approved.order.endswith(f"{CALM}: filled")
    assert (again.ruling, again.order) == (Ruling.ALREADY_ANSWERED, "")
    ended = {name: (line.outcome, line.reason) for name, line in decided(desk).items()}
    assert ended == {
        CALM: (Outcome.TRADED, Reason.ORDER_FILLED),
        RISING: (Outcome.REFUSED, Reason.APPROVAL_REJECTED),
    }
    (position,) = desk.gateway.positions()
    assert position.is_protected
    links = [row["orderLinkId"] for row in venue.records()["orders"] if row["orderLinkId"]]
    assert links == [asked[CALM].order.link_id]
    assert any(page.startswith(f"# {CALM}: approved\n\napproved by Ada") for page in pages())
    with read_session(desk.sessions) as session:
        told = [one.text for one in notifications.recent(session, desk.desk.account)]
    assert told[0].startswith("Entered: buy")


def test_an_order_that_was_altered_is_not_sent(desk: Resources, venue: Venue) -> None:
    proposal = waiting(desk)[CALM]
    with unit_of_work(desk.sessions) as session:
        change = "UPDATE approvals SET quantity = quantity * 2 WHERE id = :id"
        session.execute(text(change), {"id": proposal.id})

    assert review_intent(proposal.id, Choice.APPROVE, "Ada").ruling is Ruling.ALTERED
    assert venue.records()["orders"] == []
    with pytest.raises(BadDataError, match=r"has no proposal .*`autotrader approvals` lists"):
        review_intent(uuid4(), Choice.APPROVE, "Ada")


def test_a_no_holds_while_the_exchange_is_silent(
    desk: Resources, settings: Settings, venue: Venue
) -> None:
    proposal = waiting(desk)[CALM]
    silent = settings.model_copy(update={"exchange_base_url": NOWHERE, "clock": Clock.SYSTEM})
    lasting = "UPDATE approvals SET expires_at = now() + interval '1 hour' WHERE id = :id"
    with unit_of_work(desk.sessions) as session:
        session.execute(text(lasting), {"id": proposal.id})

    with settings_in_force(silent):
        told = review_intent(proposal.id, Choice.REJECT, "Ada")

    assert (told.ruling, told.order) == (Ruling.REJECTED, "")
    assert decided(desk)[CALM].reason is Reason.APPROVAL_REJECTED
    assert venue.records()["orders"] == []


def test_a_yes_that_meets_a_silent_exchange_is_left_to_the_next_sync(
    desk: Resources, settings: Settings, proxy: ScriptedProxy, venue: Venue
) -> None:
    proposal = waiting(desk)[CALM]
    # The market is looked at for the answer, and once more before the order.
    proxy.script("/v5/market/tickers", passed_on, *[refused_with(10016, "busy")] * 9)

    with settings_in_force(settings.model_copy(update={"exchange_base_url": proxy.url})):
        told = review_intent(proposal.id, Choice.APPROVE, "Ada")

    assert told.ruling is Ruling.APPROVED
    assert told.order.startswith("The exchange fell silent; the next sync sends the order")
    assert venue.records()["orders"] == []
