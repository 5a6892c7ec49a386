"""Stops follow a winning trade at the exchange, in place, and nothing of it looks foreign."""

from datetime import timedelta
from decimal import Decimal

from db.queries.discrepancies import recent_discrepancies
from db.queries.trades import recent_trades
from db.repositories.trades import Trade
from db.unit_of_work import read_session
from tasks.resources import Resources
from tasks.sync import synchronise
from tests.fixtures.desk_fixtures import OpenDesk
from tests.fixtures.entering import enter
from tests.fixtures.plotted_market import CALM
from tests.fixtures.scripted_proxy import ScriptedProxy
from tests.fixtures.simulator import Venue
from trading.orders import StopKind
from trading.trailing import break_even_price

MINUTE = timedelta(minutes=1)
SET_PROTECTION = "/v5/position/trading-stop"


def _enter(open_desk: OpenDesk, venue: Venue, symbol: str, **settings: str) -> Resources:
    desk = open_desk(**settings)
    synchronise(desk)
    enter(desk, symbol)
    venue.advance(MINUTE)
    synchronise(desk)
    return desk


def _let_it_win(desk: Resources, venue: Venue) -> None:
    """The market jumps up by 1.5 %, which is three quarters of the trade's R."""
    venue.fault("mkt.gap", pct="1.5")
    venue.advance(MINUTE)
    (position,) = desk.gateway.positions()
    assert position.mark_price > position.entry_price * Decimal("1.012")


def _trade(desk: Resources) -> Trade:
    with read_session(desk.sessions) as session:
        assert recent_discrepancies(session, desk.desk.account) == []
        (trade,) = recent_trades(session, desk.desk.account)
    return trade


def test_a_trade_that_gained_enough_goes_to_break_even(
    open_desk: OpenDesk, venue: Venue, proxy: ScriptedProxy
) -> None:
    desk = _enter(open_desk, venue, CALM, break_even_at_r="0.5", exchange_base_url=proxy.url)
    planned = _trade(desk)
    assert proxy.calls(SET_PROTECTION) == []
    _let_it_win(desk, venue)

    synchronise(desk)
    synchronise(desk)

    (position,) = desk.gateway.positions()
    trade = _trade(desk)
    exact = break_even_price(
        trade.direction, trade.entry_price, desk.desk.risk.costs.taker_fraction
    )
    assert position.stop_loss is not None
    assert Decimal(0) <= position.stop_loss - exact < Decimal("0.05")
    assert (trade.stop_loss, trade.take_profit) == (position.stop_loss, planned.take_profit)
    # In place, in one request: no moment without a stop.
    assert len(proxy.calls(SET_PROTECTION)) == 1
    assert trade.naked_seconds == 0


def test_the_trailing_stop_is_the_exchanges_own_and_set_once(
    open_desk: OpenDesk, venue: Venue, proxy: ScriptedProxy
) -> None:
    desk = _enter(
        open_desk,
        venue,
        CALM,
        trail_at_r="1",
        trail_distance_r="0.5",
        exchange_base_url=proxy.url,
    )
    venue.advance(MINUTE)
    synchronise(desk)

    trade = _trade(desk)
    assert trade.trailing_distance is not None
    assert trade.stop_loss is not None
    wanted = (trade.entry_price - trade.stop_loss) / 2
    assert abs(trade.trailing_distance - wanted) < Decimal("0.05")
    kinds = [order.stop_kind for order in desk.gateway.open_orders()]
    assert sorted(str(kind) for kind in kinds) == ["stop_loss", "take_profit", "trailing_stop"]
    (sent,) = [seen.sent for seen in proxy.calls(SET_PROTECTION)]
    assert "stopLoss" not in sent
    assert Decimal(sent["activePrice"]) > trade.entry_price


def test_a_trailing_stop_that_was_only_promised_is_asked_for_again(
    open_desk: OpenDesk, venue: Venue
) -> None:
    venue.fault("tpsl.set_ack_but_absent", count=1)
    desk = _enter(open_desk, venue, CALM, trail_at_r="1")
    assert _trade(desk).trailing_distance is None

    synchronise(desk)

    assert _trade(desk).trailing_distance is not None
    kinds = {order.stop_kind for order in desk.gateway.open_orders()}
    assert StopKind.TRAILING_STOP in kinds


def test_a_move_that_is_refused_leaves_the_old_stop(open_desk: OpenDesk, venue: Venue) -> None:
    venue.fault("tpsl.reject")
    desk = _enter(open_desk, venue, CALM, break_even_at_r="0.5")
    planned = _trade(desk).stop_loss
    _let_it_win(desk, venue)

    synchronise(desk)

    (position,) = desk.gateway.positions()
    assert position.stop_loss == planned == _trade(desk).stop_loss


def test_nothing_is_moved_in_a_halted_market(open_desk: OpenDesk, venue: Venue) -> None:
    desk = _enter(open_desk, venue, CALM, break_even_at_r="0.5")
    planned = _trade(desk).stop_loss
    _let_it_win(desk, venue)
    venue.fault("mkt.halt", match={"symbol": CALM}, status="Closed")

    synchronise(desk)

    (position,) = desk.gateway.positions()
    assert position.stop_loss == planned
    venue.faults_off()
    synchronise(desk)
    (position,) = desk.gateway.positions()
    assert position.stop_loss != planned
