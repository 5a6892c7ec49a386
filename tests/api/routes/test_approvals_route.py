"""The owner's word from a program: about the very order shown, once, in time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from api.desk import ApiDesk
from db.models import ApprovalAnswerRow
from db.repositories import approvals
from db.unit_of_work import unit_of_work
from tasks.sync_reading import read_account
from tasks.sync_recording import record_account
from tests.api.programs import Program, named, program_of
from tests.fixtures.prefect_server import ONE_WORKER
from tests.fixtures.scripted_proxy import ScriptedProxy, passed_on, refused_with
from tests.fixtures.simulator import Venue
from tests.tasks.approving import proposed
from tests.trading.builders import NOW
from trading.api_access import Scope
from trading.positions import Direction
from trading.proposals import Proposal, ProposedOrder

pytestmark = ONE_WORKER


@pytest.fixture
def waiting(offline: ApiDesk) -> Proposal:
    """An order that waits on the desk whose exchange is silent."""
    return put(offline)


def put(desk: ApiDesk, *, lasts: timedelta = timedelta(minutes=15)) -> Proposal:
    order = ProposedOrder(
        link_id=f"link-{uuid4().hex[:12]}",
        symbol="BTCUSDT",
        direction=Direction.LONG,
        quantity=Decimal("0.010"),
        entry_price=Decimal(60000),
        stop_loss=Decimal(59000),
        take_profit=Decimal(63000),
        leverage=Decimal(3),
        risk_usdt=Decimal("10.66"),
    )
    proposal = Proposal(
        uuid4(), order, NOW - timedelta(seconds=1), NOW + lasts, reasons="<b>up</b>"
    )
    with unit_of_work(desk.door.sessions) as session:
        approvals.add(session, desk.door.account, proposal)
    return proposal


def word(proposal: Proposal) -> dict[str, str]:
    return {"intent_hash": proposal.order.intent_hash}


def answers(desk: ApiDesk, proposal: Proposal) -> list[tuple[str, ...]]:
    """Choice, ruling, author and way of every answer that was given."""
    row = ApprovalAnswerRow
    found = select(row.choice, row.ruling, row.given_by, row.given_via).order_by(row.id)
    with unit_of_work(desk.door.sessions) as session:
        return [tuple(one) for one in session.execute(found.where(row.approval_id == proposal.id))]


def test_money_is_text_and_time_is_utc(reader: Program, waiting: Proposal) -> None:
    shown = reader.get(f"/approvals/{waiting.id}").json()

    assert shown == reader.get("/approvals").json()["approvals"][0]
    assert (shown["quantity"], shown["entry_price"], shown["leverage"]) == ("0.01", "60000", "3")
    assert shown["proposed_at"].endswith("Z")
    assert (shown["state"], shown["reasons"]) == ("proposed", "<b>up</b>")
    assert shown["intent_hash"] == waiting.order.intent_hash


def test_the_newest_come_first_and_no_more_than_asked_for(
    offline: ApiDesk, reader: Program
) -> None:
    placed = [str(put(offline).id) for _ in range(3)]

    found = [one["id"] for one in reader.get("/approvals?limit=2").json()["approvals"]]

    assert len(found) == 2
    assert set(found) < set(placed)


def test_a_no_holds_while_the_exchange_is_silent(
    offline: ApiDesk, trader: Program, waiting: Proposal
) -> None:
    done = trader.post(f"/approvals/{waiting.id}/reject", word(waiting))

    assert (done.status_code, done.json()["ruling"]) == (200, "rejected")
    assert done.json()["order"] is None
    ((choice, ruling, by, via),) = answers(offline, waiting)
    assert (choice, ruling, via) == ("reject", "rejected", "api")
    assert by.startswith("api:trade-")
    again = trader.post(f"/approvals/{waiting.id}/reject", word(waiting))
    assert (named(again), again.json()["ruling"]) == (
        (409, "order-not-sent"),
        "already_answered",
    )


def test_a_yes_waits_for_an_exchange_that_answers(
    offline: ApiDesk, trader: Program, waiting: Proposal
) -> None:
    answer = trader.post(f"/approvals/{waiting.id}/approve", word(waiting))

    assert named(answer) == (503, "exchange-silent")
    assert answer.headers["retry-after"] == "5"
    assert answers(offline, waiting) == []


@pytest.mark.parametrize("what", ["approve", "reject"])
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"intent_hash": ""},
        {"intent_hash": "0" * 15},
        {"intent_hash": "0" * 65},
        {"intent_hash": "'; DROP TABLE approvals; --"},
        {"intent_hash": "<script>alert(1)</script>"},
        {"intent_hash": "0" * 64, "quantity": "100"},
    ],
)
def test_a_word_must_quote_the_order_and_nothing_else(
    offline: ApiDesk, trader: Program, waiting: Proposal, what: str, body: dict[str, str]
) -> None:
    answer = trader.post(f"/approvals/{waiting.id}/{what}", body)

    assert named(answer) == (422, "invalid")
    assert answers(offline, waiting) == []


def test_a_word_about_another_version_of_the_order_does_nothing(
    offline: ApiDesk, trader: Program, waiting: Proposal
) -> None:
    answer = trader.post(f"/approvals/{waiting.id}/reject", {"intent_hash": "0" * 64})

    assert named(answer) == (409, "order-not-sent")
    assert answer.json()["ruling"] == "altered"
    assert trader.get(f"/approvals/{waiting.id}").json()["state"] == "proposed"
    assert len(answers(offline, waiting)) == 1


def test_an_order_that_was_altered_in_the_books_is_not_answered(
    offline: ApiDesk, trader: Program, waiting: Proposal
) -> None:
    with unit_of_work(offline.door.sessions) as session:
        session.execute(
            text("UPDATE approvals SET quantity = 5 WHERE id = :id"), {"id": waiting.id}
        )

    answer = trader.post(f"/approvals/{waiting.id}/reject", word(waiting))

    assert (named(answer), answer.json()["ruling"]) == ((409, "order-not-sent"), "altered")


def test_what_expired_is_not_answered(offline: ApiDesk) -> None:
    late = replace(offline, door=replace(offline.door, now=lambda: NOW + timedelta(minutes=16)))
    proposal, program = put(offline), program_of(late, Scope.TRADE)

    answer = program.post(f"/approvals/{proposal.id}/reject", word(proposal), key="mine")

    assert (named(answer), answer.json()["ruling"]) == ((409, "order-not-sent"), "expired")
    assert "expired at" in answer.json()["detail"]
    again = program.post(f"/approvals/{proposal.id}/reject", word(proposal), key="mine")
    assert again.json() == answer.json()
    assert again.headers["content-type"] == "application/problem+json"


def test_nobody_says_no_to_what_is_not_there(trader: Program) -> None:
    answer = trader.post(f"/approvals/{uuid4()}/reject", {"intent_hash": "0" * 64})

    assert named(answer) == (404, "not-found")


@pytest.fixture
def ask(online: ApiDesk) -> Callable[..., Proposal]:
    """Puts an order that every limit lets through before the owner, at the price of now."""

    def one(entry_price: Decimal | None = None) -> Proposal:
        with online.door.open_resources() as resources:
            record_account.fn(resources, read_account.fn(resources))
            return proposed(resources, entry_price=entry_price)

    return one


def entries(venue: Venue) -> list[dict[str, Any]]:
    return [one for one in venue.records()["orders"] if not one["reduceOnly"]]


def test_a_yes_sends_exactly_one_order_with_its_stop(
    online: ApiDesk, ask: Callable[..., Proposal], venue: Venue
) -> None:
    proposal, program = ask(), program_of(online, Scope.TRADE)
    shown = program.get("/approvals").json()["approvals"][0]
    assert UUID(shown["id"]) == proposal.id

    path, said = f"/approvals/{proposal.id}/approve", {"intent_hash": shown["intent_hash"]}
    done = program.post(path, said, key="mine")

    assert (done.status_code, done.json()["ruling"]) == (200, "approved")
    assert done.json()["order"] == {
        "link_id": proposal.order.link_id,
        "state": "filled",
        "error": "",
    }
    (order,) = entries(venue)
    assert (order["orderLinkId"], order["orderStatus"]) == (proposal.order.link_id, "Filled")
    (position,) = venue.gateway.positions()
    assert (position.quantity, position.stop_loss, position.take_profit) == (
        proposal.order.quantity,
        proposal.order.stop_loss,
        proposal.order.take_profit,
    )

    assert program.post(path, said, key="mine").content == done.content
    replayed = program.post(path, said)
    assert named(replayed) == (409, "order-not-sent")
    assert replayed.json()["ruling"] == "already_answered"
    assert len(entries(venue)) == 1
    assert named(program.post(f"/approvals/{uuid4()}/approve", said)) == (404, "not-found")
    (first, _) = answers(online, proposal)
    assert (first[0], first[1], first[3]) == ("approve", "approved", "api")


def test_of_many_at_once_one_order_leaves(
    online: ApiDesk, ask: Callable[..., Proposal], venue: Venue
) -> None:
    proposal = ask()
    programs = [program_of(online, Scope.TRADE) for _ in range(4)]

    def press(program: Program) -> tuple[int, str]:
        answer = program.post(f"/approvals/{proposal.id}/approve", word(proposal))
        return answer.status_code, answer.json().get("ruling", answer.text)

    with ThreadPoolExecutor(len(programs)) as threads:
        found = list(threads.map(press, programs))
    # On a busy machine one may be told to try again: then he does.
    again = [press(program) for program in programs]

    assert [*found, *again].count((200, "approved")) == 1
    assert again.count((409, "already_answered")) >= len(programs) - 1
    assert len(entries(venue)) == 1


def test_what_a_limit_refuses_after_all_is_not_sent(
    online: ApiDesk, ask: Callable[..., Proposal], venue: Venue
) -> None:
    proposal, program = ask(), program_of(online, Scope.TRADE)
    assert program.post("/halt", {"reason": "enough"}).status_code == 200

    answer = program.post(f"/approvals/{proposal.id}/approve", word(proposal))

    assert named(answer) == (409, "order-not-sent")
    assert (answer.json()["ruling"], answer.json()["reason"]) == ("approved", "cycle.halted")
    assert entries(venue) == []


def test_an_order_whose_price_ran_away_is_asked_about_again(
    online: ApiDesk, ask: Callable[..., Proposal], venue: Venue
) -> None:
    proposal, program = ask(entry_price=Decimal(148)), program_of(online, Scope.TRADE)

    answer = program.post(f"/approvals/{proposal.id}/approve", word(proposal))

    assert (named(answer), answer.json()["ruling"]) == ((409, "order-not-sent"), "drifted")
    again = program.get(f"/approvals/{answer.json()['asked_again_as']}").json()
    assert (again["state"], again["replaces_id"]) == ("proposed", str(proposal.id))
    assert entries(venue) == []


def test_what_a_silent_exchange_kept_back_is_left_to_the_next_sync(
    online: ApiDesk, ask: Callable[..., Proposal], venue: Venue, proxy: ScriptedProxy
) -> None:
    proposal, program = ask(), program_of(online, Scope.TRADE)
    # The market is looked at for the answer, and once more before the order.
    proxy.script("/v5/market/tickers", passed_on, *[refused_with(10016, "busy")] * 9)

    done = program.post(f"/approvals/{proposal.id}/approve", word(proposal))

    assert (done.status_code, done.json()["ruling"]) == (200, "approved")
    assert (done.json()["order"], done.json()["is_left_to_sync"]) == (None, True)
    kept = program.get(f"/approvals/{proposal.id}").json()
    assert (kept["state"], kept["carried_out_at"]) == ("approved", None)
    assert entries(venue) == []
