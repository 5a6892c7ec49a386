"""What another hand does on the account is adopted and told; a lost stop comes back."""

from datetime import timedelta
from decimal import Decimal

import pytest

from db.queries.discrepancies import recent_discrepancies
from db.queries.trades import recent_trades
from db.repositories.trades import Trade
from db.states import ExitReason, TradeStatus
from db.unit_of_work import read_session
from tasks.protection import Guarded, protect_positions
from tasks.resources import Resources
from tasks.sync import synchronise
from tasks.sync_reading import read_account
from tests.fixtures.desk_fixtures import OpenDesk
from tests.fixtures.entering import enter
from tests.fixtures.owner import Owner
from tests.fixtures.plotted_market import CALM, FALLING
from tests.fixtures.prefect_server import ONE_WORKER
from tests.fixtures.scripted_proxy import ScriptedProxy, refused_with
from tests.fixtures.simulator import Venue
from trading.protection import SetProtection
from trading.reconcile import DiscrepancyKind

pytestmark = [ONE_WORKER, pytest.mark.usefixtures("prefect_server")]

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def desk(open_desk: OpenDesk) -> Resources:
    """A desk that has seen its account once."""
    opened = open_desk()
    synchronise(opened)
    return opened


def hold(desk: Resources, venue: Venue, symbol: str) -> None:
    """Enter a trade and mirror it."""
    enter(desk, symbol)
    venue.advance(MINUTE)
    synchronise(desk)


def only_trade(desk: Resources) -> Trade:
    with read_session(desk.sessions) as session:
        (trade,) = recent_trades(session, desk.desk.account)
    return trade


def resolutions(desk: Resources) -> dict[DiscrepancyKind, str]:
    with read_session(desk.sessions) as session:
        found = recent_discrepancies(session, desk.desk.account)
    return {one.kind: one.resolution for one in found}


def test_a_position_opened_by_another_hand_is_adopted_and_never_touched(
    desk: Resources, venue: Venue, owner: Owner
) -> None:
    owner.buy(CALM, "2")
    venue.advance(MINUTE)

    report = synchronise(desk)

    assert (report.trades_opened, report.positions_protected) == (1, 0)
    trade = only_trade(desk)
    assert (trade.quantity, trade.entry_intent_id, trade.stop_loss) == (2, None, None)
    assert resolutions(desk)[DiscrepancyKind.EXTERNAL_ENTRY] == "adopted: entered outside the desk"
    assert desk.gateway.open_orders() == []


def test_an_order_placed_by_another_hand_is_adopted(desk: Resources, owner: Owner) -> None:
    owner.buy(CALM, "2", price="140.00")

    report = synchronise(desk)

    assert (report.discrepancies_found, report.discrepancies_open) == (1, 0)
    assert resolutions(desk) == {DiscrepancyKind.UNKNOWN_ORDER: "adopted: placed outside the desk"}
    assert len(desk.gateway.open_orders()) == 1
    assert synchronise(desk).discrepancies_found == 0


def test_a_trade_closed_by_another_hand_is_closed_by_hand(
    desk: Resources, venue: Venue, owner: Owner
) -> None:
    hold(desk, venue, CALM)
    owner.sell(CALM, str(only_trade(desk).quantity), reduceOnly=True)
    venue.advance(MINUTE)

    report = synchronise(desk)

    assert (report.trades_closed, report.discrepancies_open) == (1, 0)
    assert only_trade(desk).exit_reason is ExitReason.CLOSED_BY_HAND
    assert resolutions(desk) == {
        DiscrepancyKind.EXTERNAL_CLOSE: "adopted: closed outside the desk"
    }


def test_a_stop_that_was_taken_away_is_put_back(
    desk: Resources, venue: Venue, owner: Owner
) -> None:
    hold(desk, venue, CALM)
    planned = only_trade(desk).stop_loss
    owner.move_levels(CALM, stopLoss="0")
    venue.advance(MINUTE * 5)

    report = synchronise(desk)

    assert report.positions_protected == 1
    (position,) = desk.gateway.positions()
    assert position.stop_loss == planned
    done = resolutions(desk)[DiscrepancyKind.MISSING_STOP]
    assert done.startswith(f"stop set at {planned}: stops cover 0 of ")
    venue.advance(MINUTE)
    assert synchronise(desk).discrepancies_open == 0
    assert only_trade(desk).naked_seconds == 300


def test_a_position_whose_stop_the_price_has_passed_is_closed(
    desk: Resources, venue: Venue, owner: Owner
) -> None:
    hold(desk, venue, FALLING)
    owner.move_levels(FALLING, stopLoss="0")
    venue.advance(HOUR * 2)

    report = synchronise(desk)

    assert report.positions_protected == 1
    assert desk.gateway.positions() == []
    assert "has passed the stop" in resolutions(desk)[DiscrepancyKind.MISSING_STOP]
    venue.advance(MINUTE)
    assert synchronise(desk).discrepancies_open == 0
    trade = only_trade(desk)
    assert (trade.status, trade.exit_reason) == (TradeStatus.CLOSED, ExitReason.CLOSED_BY_DESK)
    assert trade.naked_seconds > 3600


def test_a_protective_close_that_was_refused_is_tried_anew_by_the_next_sync(
    open_desk: OpenDesk, venue: Venue, owner: Owner, proxy: ScriptedProxy
) -> None:
    desk = open_desk(exchange_base_url=proxy.url)
    synchronise(desk)
    hold(desk, venue, FALLING)
    owner.move_levels(FALLING, stopLoss="0")
    venue.advance(HOUR * 2)
    proxy.script("/v5/order/create", *[refused_with(110007)] * 3)

    synchronise(desk)

    assert len(desk.gateway.positions()) == 1
    assert "closed at the market" not in resolutions(desk)[DiscrepancyKind.MISSING_STOP]
    venue.advance(MINUTE)
    synchronise(desk)
    assert desk.gateway.positions() == []


def test_a_stop_the_owner_moved_is_the_stop_from_then_on(
    desk: Resources, venue: Venue, owner: Owner
) -> None:
    hold(desk, venue, CALM)
    target = only_trade(desk).take_profit
    owner.move_levels(CALM, stopLoss="145.00")
    venue.advance(MINUTE)

    report = synchronise(desk)

    assert (report.positions_protected, report.discrepancies_open) == (0, 0)
    assert resolutions(desk) == {DiscrepancyKind.STOP_CHANGED: "adopted: moved outside the desk"}
    trade = only_trade(desk)
    assert (trade.stop_loss, trade.take_profit) == (Decimal(145), target)
    assert synchronise(desk).discrepancies_found == 0


def test_the_stop_of_one_trade_is_no_business_of_another(
    desk: Resources, venue: Venue, owner: Owner
) -> None:
    hold(desk, venue, FALLING)
    enter(desk, CALM)
    venue.advance(MINUTE)
    synchronise(desk)
    owner.move_levels(CALM, stopLoss="145.00")

    synchronise(desk)

    with read_session(desk.sessions) as session:
        stops = {one.symbol: one.stop_loss for one in recent_trades(session, desk.desk.account)}
    assert stops[CALM] == 145
    assert stops[FALLING] != 145


def test_what_was_done_for_a_position_is_told(desk: Resources, venue: Venue, owner: Owner) -> None:
    hold(desk, venue, CALM)
    stop, target = only_trade(desk).stop_loss, only_trade(desk).take_profit
    owner.move_levels(CALM, stopLoss="0", takeProfit="0")

    (guarded,) = protect_positions.fn(desk, read_account.fn(desk))

    assert isinstance(guarded, Guarded)
    assert isinstance(guarded.action, SetProtection)
    assert (guarded.symbol, guarded.action.stop_loss) == (CALM, stop)
    assert guarded.action.take_profit == target
