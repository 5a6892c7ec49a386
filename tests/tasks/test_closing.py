"""A position is closed until it is gone, or left to the next sync after a few fruitless tries."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tasks.closing import FRUITLESS_ATTEMPTS, close_position
from tasks.execution import execute_entry
from tasks.resources import Resources
from tests.fixtures.desk_fixtures import OpenDesk
from tests.fixtures.outbox import approved_entry, committed
from tests.fixtures.owner import Owner
from tests.fixtures.scripted_proxy import (
    CREATE,
    Forward,
    ScriptedProxy,
    Seen,
    lost_after,
    lost_before,
    refused_with,
    rewritten,
)
from tests.fixtures.simulator import Venue
from trading.intent_states import IntentState
from trading.positions import Position

INSTRUMENTS = "/v5/market/instruments-info"


@pytest.fixture
def desk(open_desk: OpenDesk, proxy: ScriptedProxy) -> Resources:
    """A desk on which every request expires at once: nothing waits."""
    opened = open_desk(exchange_base_url=proxy.url)
    return replace(opened, desk=replace(opened.desk, settle_time=timedelta(microseconds=1)))


@pytest.fixture
def position(desk: Resources, proxy: ScriptedProxy) -> Position:
    """Two of the calm symbol, long."""
    approved = approved_entry(quantity=Decimal(2))
    execute_entry.fn(desk, committed(desk, approved), approved)
    (held,) = desk.gateway.positions()
    proxy.seen.clear()
    return held


def sent(proxy: ScriptedProxy) -> list[tuple[str, str]]:
    bodies = [call.sent for call in proxy.calls(CREATE)]
    return [(body["orderLinkId"], body["qty"]) for body in bodies]


def test_one_order_closes_a_position(
    desk: Resources, proxy: ScriptedProxy, position: Position
) -> None:
    done = close_position(desk, position, why="test")
    assert done.state is IntentState.FILLED
    assert desk.gateway.positions() == []
    assert len(sent(proxy)) == 1
    assert proxy.calls(INSTRUMENTS) == []


def test_the_same_reason_never_sends_an_order_twice(
    desk: Resources, proxy: ScriptedProxy, position: Position
) -> None:
    done = close_position(desk, position, why="test")
    assert close_position(desk, position, why="test") == done
    assert len(sent(proxy)) == 1


@pytest.mark.parametrize("fault", [lost_before, lost_after], ids=["before", "after"])
def test_a_lost_close_leaves_again_under_its_link_id(
    desk: Resources, proxy: ScriptedProxy, position: Position, fault: Any
) -> None:
    proxy.script(CREATE, fault)
    assert close_position(desk, position, why="test").state is IntentState.FILLED
    assert desk.gateway.positions() == []
    assert len({link_id for link_id, _ in sent(proxy)}) == 1


def test_what_is_left_is_asked_for_again_under_another_id(
    desk: Resources, proxy: ScriptedProxy, position: Position, owner: Owner
) -> None:
    def leaves_one(seen: Seen, forward: Forward) -> bytes:
        answer = forward(seen)
        owner.buy(position.symbol, "1")
        return answer

    proxy.script(CREATE, leaves_one)
    done = close_position(desk, position, why="test")
    assert done.state is IntentState.FILLED
    assert desk.gateway.positions() == []
    assert [quantity for _, quantity in sent(proxy)] == ["2", "1"]
    assert len({link_id for link_id, _ in sent(proxy)}) == 2


def test_a_close_that_is_refused_is_tried_a_few_times_in_pieces_that_the_market_takes(
    desk: Resources, proxy: ScriptedProxy, position: Position
) -> None:
    proxy.always(INSTRUMENTS, rewritten(_with_largest_market_order("1")))
    proxy.script(CREATE, refused_with(10001, "too large"))

    done = close_position(desk, position, why="test")

    assert done.state is IntentState.FILLED
    assert desk.gateway.positions() == []
    assert [quantity for _, quantity in sent(proxy)] == ["2", "1", "1"]
    assert len({link_id for link_id, _ in sent(proxy)}) == 3


def test_a_close_that_never_works_is_left_to_the_next_sync(
    desk: Resources, proxy: ScriptedProxy, position: Position
) -> None:
    proxy.always(CREATE, refused_with(110118, "no liquidity"))
    done = close_position(desk, position, why="test")
    assert (done.state, done.error_code) == (IntentState.REFUSED, 110118)
    assert len(sent(proxy)) == FRUITLESS_ATTEMPTS
    assert desk.gateway.positions() == [position]


def test_a_close_in_a_halted_market_is_refused_by_the_exchange_and_by_nothing_else(
    desk: Resources, venue: Venue, position: Position
) -> None:
    venue.fault("mkt.halt", match={"symbol": position.symbol}, status="Closed")
    assert desk.gateway.instruments([position.symbol]) == []

    done = close_position(desk, position, why="test")

    assert done.state is IntentState.REFUSED
    assert [one.quantity for one in desk.gateway.positions()] == [position.quantity]

    venue.faults_off()
    assert close_position(desk, position, why="again").state is IntentState.FILLED
    assert desk.gateway.positions() == []


def test_a_close_that_nobody_answers_is_not_multiplied(
    desk: Resources, proxy: ScriptedProxy, position: Position
) -> None:
    proxy.always(CREATE, lost_before)
    done = close_position(desk, position, why="test")
    assert done.state is IntentState.NOT_EXECUTED
    assert len({link_id for link_id, _ in sent(proxy)}) == 1


def _with_largest_market_order(quantity: str) -> Any:
    def change(rows: list[Any]) -> list[Any]:
        for row in rows:
            row["lotSizeFilter"]["maxMktOrderQty"] = quantity
        return rows

    return change
