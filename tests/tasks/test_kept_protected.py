"""Every position of the desk is protected or gone: stops that are lost, refused, only promised."""

from datetime import timedelta
from typing import Any

import pytest

from db.queries.discrepancies import Discrepancy, recent_discrepancies
from db.queries.trades import recent_trades
from db.repositories.trades import Trade
from db.states import Settlement
from db.unit_of_work import read_session
from tasks.guarding import CLOSING_ORDERS, GuardOutcome
from tasks.protection import ensure_protected
from tasks.resources import Resources
from tasks.sync import synchronise
from tests.fixtures.desk_fixtures import OpenDesk
from tests.fixtures.entering import enter
from tests.fixtures.owner import Owner
from tests.fixtures.plotted_market import CALM
from tests.fixtures.scripted_proxy import ScriptedProxy, refused_with, rewritten
from tests.fixtures.simulator import Venue
from trading.protection import HOLDING_FRACTION, SetProtection
from trading.reconcile import DiscrepancyKind

MINUTE = timedelta(minutes=1)
SET_PROTECTION = "/v5/position/trading-stop"
OPEN_ORDERS = "/v5/order/realtime"
CREATE = "/v5/order/create"


@pytest.fixture
def desk(open_desk: OpenDesk, proxy: ScriptedProxy) -> Resources:
    """A desk behind the proxy that has seen its account once."""
    opened = open_desk(exchange_base_url=proxy.url)
    synchronise(opened)
    return opened


def hold(desk: Resources, venue: Venue) -> Trade:
    enter(desk, CALM)
    venue.advance(MINUTE)
    synchronise(desk)
    return only_trade(desk)


def only_trade(desk: Resources) -> Trade:
    with read_session(desk.sessions) as session:
        (trade,) = recent_trades(session, desk.desk.account)
    return trade


def missing_stops(desk: Resources) -> list[Discrepancy]:
    with read_session(desk.sessions) as session:
        found = recent_discrepancies(session, desk.desk.account)
    return [one for one in found if one.kind is DiscrepancyKind.MISSING_STOP]


def stops(desk: Resources) -> list[Any]:
    return [position.stop_loss for position in desk.gateway.positions()]


def test_a_fill_without_its_stop_is_protected_before_any_sync(
    desk: Resources, venue: Venue
) -> None:
    venue.fault("tpsl.child_missing", count=2)
    intent = enter(desk, CALM)
    assert stops(desk) == [None]

    guarded = ensure_protected(desk, CALM)

    assert guarded is not None
    assert (guarded.outcome, stops(desk)) == (GuardOutcome.PROTECTED, [intent.order.stop_loss])
    assert isinstance(guarded.action, SetProtection)
    assert guarded.action.take_profit == intent.order.take_profit
    assert ensure_protected(desk, CALM) is None


def test_a_position_of_another_hand_is_never_touched(
    desk: Resources, owner: Owner, proxy: ScriptedProxy
) -> None:
    owner.buy(CALM, "2")

    assert ensure_protected(desk, CALM) is None
    assert proxy.calls(SET_PROTECTION) == []


def test_a_stop_that_vanished_is_put_back_and_told_once(desk: Resources, venue: Venue) -> None:
    planned = hold(desk, venue).stop_loss
    venue.fault("tpsl.vanish")
    venue.advance(MINUTE * 2)

    report = synchronise(desk)

    assert (report.positions_protected, report.discrepancies_open) == (1, 0)
    assert stops(desk) == [planned]
    (row,) = missing_stops(desk)
    assert (row.settled_by, row.rule) == (Settlement.RULE, "repair missing_stop")
    assert row.resolution.startswith(f"stop set at {planned}: stops cover 0 of ")
    venue.advance(MINUTE)
    synchronise(desk)
    assert len(missing_stops(desk)) == 1
    trade = only_trade(desk)
    assert trade.naked_seconds == 120
    assert trade.naked_usdt_seconds == trade.quantity * trade.entry_price * 120


def test_a_stop_that_was_accepted_and_does_not_stand_is_set_again(
    desk: Resources, venue: Venue, proxy: ScriptedProxy
) -> None:
    planned = hold(desk, venue).stop_loss
    venue.fault("tpsl.vanish")
    venue.fault("tpsl.set_ack_but_absent", count=1)

    synchronise(desk)

    assert stops(desk) == [planned]
    assert len(proxy.calls(SET_PROTECTION)) == 2


def test_a_refused_stop_is_tried_again(desk: Resources, venue: Venue) -> None:
    planned = hold(desk, venue).stop_loss
    venue.fault("tpsl.vanish")
    venue.fault("tpsl.reject", count=1)

    synchronise(desk)

    assert stops(desk) == [planned]


@pytest.mark.parametrize("fault", ["tpsl.set_ack_but_absent", "tpsl.reject"])
def test_a_position_on_which_no_stop_will_stand_is_closed(
    desk: Resources, venue: Venue, proxy: ScriptedProxy, fault: str
) -> None:
    hold(desk, venue)
    venue.fault("tpsl.vanish")
    venue.fault(fault)

    synchronise(desk)

    assert stops(desk) == []
    assert len(proxy.calls(SET_PROTECTION)) == 3
    (row,) = missing_stops(desk)
    assert "closed at the market" in row.resolution
    assert "no stop stood after 3 attempts" in row.resolution


def test_what_a_thin_book_leaves_of_a_close_has_a_stop_right_behind_the_market(
    desk: Resources, venue: Venue, proxy: ScriptedProxy
) -> None:
    hold(desk, venue)
    venue.fault("tpsl.vanish")
    venue.fault("tpsl.reject", count=3)
    venue.fault("mkt.thin_book", levels=1)
    venue.advance(MINUTE * 30)
    sent = len(proxy.calls(CREATE))

    synchronise(desk)

    (rest,) = desk.gateway.positions()
    assert rest.stop_loss is not None
    distance = rest.direction.sign * (rest.mark_price - rest.stop_loss)
    assert 0 < distance <= rest.mark_price * HOLDING_FRACTION
    assert len(proxy.calls(CREATE)) == sent + CLOSING_ORDERS
    (row,) = missing_stops(desk)
    assert f"could not be closed yet and have a stop at {rest.stop_loss}" in row.resolution


def test_a_position_that_cannot_even_be_closed_waits_for_a_human(
    desk: Resources, venue: Venue, proxy: ScriptedProxy
) -> None:
    hold(desk, venue)
    venue.fault("tpsl.vanish")
    venue.fault("tpsl.reject")
    proxy.always("/v5/order/create", refused_with(110007))

    report = synchronise(desk)

    assert (report.discrepancies_open, stops(desk)) == (1, [None])
    (row,) = missing_stops(desk)
    assert row.escalated_at is not None
    venue.faults_off()
    venue.advance(MINUTE)
    assert synchronise(desk).discrepancies_open == 0
    assert len(missing_stops(desk)) == 1


def test_a_stop_that_only_the_list_of_orders_lacks_closes_nothing(
    desk: Resources, venue: Venue, proxy: ScriptedProxy
) -> None:
    planned = hold(desk, venue).stop_loss
    proxy.always(OPEN_ORDERS, rewritten(lambda _rows: []))

    synchronise(desk)

    assert stops(desk) == [planned]
    (row,) = missing_stops(desk)
    assert row.escalated_at is not None


def test_an_exchange_that_does_not_answer_leaves_the_rest_to_the_next_sync(
    desk: Resources, venue: Venue, proxy: ScriptedProxy
) -> None:
    planned = hold(desk, venue).stop_loss
    venue.fault("tpsl.vanish")
    proxy.script(SET_PROTECTION, refused_with(10006), refused_with(10016))

    synchronise(desk)

    assert stops(desk) == [planned]


def test_cancelling_all_entries_leaves_every_stop(
    desk: Resources, venue: Venue, owner: Owner
) -> None:
    planned = hold(desk, venue).stop_loss
    owner.buy(CALM, "1", price="140.00")
    before = {order.order_id for order in desk.gateway.open_orders() if order.reduce_only}

    desk.gateway.cancel_entries()

    assert {order.order_id for order in desk.gateway.open_orders()} == before
    assert stops(desk) == [planned]
