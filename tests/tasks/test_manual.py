"""A trade by hand passes the limits of the desk, holds capacity and is sent once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from db.repositories import capacity, intents, risk_state
from db.repositories.intents import Intent
from db.unit_of_work import read_session, unit_of_work
from tasks.manual import Quote, Reserved, Wish, close_by_hand, execute, preview, quote, reserve
from tasks.resources import Resources
from tasks.sync_reading import read_account
from tasks.sync_recording import record_account
from tests.fixtures.desks import with_limits
from tests.fixtures.plotted_market import CALM, SYMBOLS
from tests.fixtures.simulator import Venue
from trading.intent_states import IntentState
from trading.positions import Direction
from trading.reasons import Reason, Refused
from trading.risk import Approved

LONG = Wish(CALM, Direction.LONG, Decimal(147), Decimal(156))
SHORT = Wish(CALM, Direction.SHORT, Decimal(153), Decimal(144))


@pytest.fixture
def desk(open_desk: Callable[..., Resources]) -> Resources:
    """A desk whose account was synchronised."""
    resources = open_desk()
    mirror(resources)
    return resources


def mirror(resources: Resources) -> None:
    record_account.fn(resources, read_account.fn(resources))


def quoted(resources: Resources, wish: Wish = LONG) -> Quote:
    found = quote(resources, wish)
    assert isinstance(found, Quote), found
    return found


@pytest.mark.parametrize(("wish", "side"), [(LONG, "buy"), (SHORT, "sell")])
def test_a_wish_becomes_a_protected_position(desk: Resources, wish: Wish, side: str) -> None:
    reserved = reserve(desk, quoted(desk, wish))
    assert isinstance(reserved, Reserved)
    assert reserved.intent.state is IntentState.RESERVED
    assert reserved.intent.decision_id is None
    assert 0 < reserved.approved.risk_usdt <= 100  # one percent of 10,000

    ended = execute(desk, reserved)
    assert (ended.state, ended.order.side) == (IntentState.FILLED, side)
    (position,) = desk.gateway.positions()
    assert (position.direction, position.stop_loss, position.take_profit) == (
        wish.direction,
        wish.stop_loss,
        wish.take_profit,
    )


def test_executing_twice_sends_one_order(desk: Resources, venue: Venue) -> None:
    reserved = reserve(desk, quoted(desk))
    assert isinstance(reserved, Reserved)
    first = execute(desk, reserved)
    again = execute(desk, replace(reserved, intent=first))
    assert again == first
    link_id = reserved.approved.order.link_id
    assert [row["orderLinkId"] for row in venue.records()["orders"]].count(link_id) == 1


def test_a_preview_holds_nothing(desk: Resources) -> None:
    assert isinstance(preview(desk, quoted(desk)), Approved)
    with read_session(desk.sessions) as session:
        assert intents.unresolved(session, desk.desk.account) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"symbol": "NOSUCHUSDT"}, Reason.DATA_INSTRUMENT),
        ({"stop_loss": Decimal(156), "take_profit": Decimal(147)}, Reason.SIGNAL_STOP_SIDE),
        ({"direction": Direction.SHORT}, Reason.SIGNAL_STOP_SIDE),
    ],
)
def test_a_wish_against_the_market_is_refused(
    desk: Resources, changes: dict[str, Any], reason: Reason
) -> None:
    refused = quote(desk, replace(LONG, **changes))
    assert isinstance(refused, Refused)
    assert refused.reason is reason


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({"minimum_reward_risk": Decimal(9)}, Reason.RISK_REWARD_RISK),
        ({"maximum_spread_bps": Decimal("0.0001")}, Reason.RISK_SPREAD),
        ({"max_symbol_exposure_fraction": Decimal("0.00001")}, Reason.RISK_SYMBOL_EXPOSURE),
    ],
)
def test_a_limit_holds_for_the_owner_too(
    desk: Resources, limits: dict[str, Any], reason: Reason
) -> None:
    limited = with_limits(desk, **limits)
    for answer in (preview(limited, quoted(limited)), reserve(limited, quoted(limited))):
        assert isinstance(answer, Refused)
        assert answer.reason is reason


def test_a_halted_desk_trades_for_nobody(desk: Resources) -> None:
    with unit_of_work(desk.sessions) as session:
        risk_state.halt(session, desk.desk.account, reason="asked to", by="owner", now=desk.now())
    refused = reserve(desk, quoted(desk))
    assert refused == Refused(Reason.CYCLE_HALTED, "halted by owner: asked to")


def test_trades_by_hand_at_the_same_moment_never_exceed_the_limit(desk: Resources) -> None:
    limited = with_limits(desk, max_open_positions=2)
    wishes = [
        replace(
            LONG,
            symbol=symbol,
            stop_loss=limited.gateway.ticker(symbol).last * Decimal("0.98"),
            take_profit=limited.gateway.ticker(symbol).last * Decimal("1.04"),
        )
        for symbol in SYMBOLS
    ]
    quotes = [quoted(limited, wish) for wish in wishes]
    with ThreadPoolExecutor(len(quotes)) as pool:
        answers = list(pool.map(lambda one: reserve(limited, one), quotes))
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert [answer.reason for answer in refused] == [Reason.RISK_MAX_POSITIONS]
    with unit_of_work(desk.sessions) as session:
        key = desk.desk.account
        mirrored_at = capacity.lock(session, key).mirrored_at
        assert len(capacity.live_reservations(session, key, mirrored_at=mirrored_at)) == 2


def test_a_position_is_closed_by_hand_and_each_request_is_an_order_of_its_own(
    desk: Resources,
) -> None:
    reserved = reserve(desk, quoted(desk))
    assert isinstance(reserved, Reserved)
    execute(desk, reserved)
    (position,) = desk.gateway.positions()
    closed = close_by_hand(desk, position)
    assert (closed.state, closed.order.reduce_only) == (IntentState.FILLED, True)
    assert desk.gateway.positions() == []
    # Asked again a moment later it is another order, which the exchange refuses: nothing is held.
    later = replace(desk, now=lambda: closed.reserved_at.replace(microsecond=7))
    again: Intent = close_by_hand(later, position)
    assert again.order.link_id != closed.order.link_id
    assert again.state is IntentState.REFUSED
