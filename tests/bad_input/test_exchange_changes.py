"""The exchange changes its rules while the desk trades: mode, filters, and an end of a symbol."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine

from db.queries.trades import recent_trades
from db.states import ExitReason
from db.unit_of_work import read_session
from tasks.manual import Reserved, Wish, execute, quote, reserve
from tasks.resources import Resources, open_resources
from tasks.sync import synchronise
from tests.bad_input.commands import Command, rows
from tests.fixtures.desks import settings_of
from tests.fixtures.prefect_server import ONE_WORKER
from tests.fixtures.simulator import Venue
from trading.intent_states import IntentState
from trading.positions import Direction

pytestmark = ONE_WORKER

MINUTE = timedelta(minutes=1)
BY_HAND = ("long", "--stop", "1", "--target", "1000000", "--yes")
HEDGED = "halted by reconciliation: {} in hedge mode; switch back to one-way, then resume"


@pytest.fixture
def trader(venue: Venue, own_database_url: str) -> Iterator[Resources]:
    """A desk on the exchange that is about to change, step by step."""
    settings = settings_of(venue, own_database_url, symbols="BTCUSDT,ETHUSDT")
    with open_resources(settings, role="test") as resources:
        synchronise(resources)
        yield resources


def reserved(trader: Resources) -> Reserved:
    """A trade by hand, committed and not sent, with a stop and a target off any coarser grid."""
    last = trader.gateway.ticker("BTCUSDT").last
    wish = Wish(
        "BTCUSDT",
        Direction.LONG,
        (last * Decimal("0.97")).quantize(Decimal(1)) + Decimal("0.3"),
        (last * Decimal("1.06")).quantize(Decimal(1)) + Decimal("0.3"),
    )
    quoted = quote(trader, wish)
    made = reserve(trader, quoted)
    assert isinstance(made, Reserved), made
    return made


def creates(venue: Venue) -> list[dict[str, Any]]:
    """Every order with a link id of ours."""
    return [order for order in venue.records()["orders"] if order["orderLinkId"]]


def test_in_hedge_mode_nothing_is_entered_and_the_way_out_is_told(
    command: Command, desk: dict[str, Any], venue: Venue
) -> None:
    venue.fault("pos.mode_switched", mode=3)

    cycled = command("cycle", "--json", **desk)
    traded = command("trade", "BTCUSDT", *BY_HAND, **desk)

    why = HEDGED.format("BTCUSDT, ETHUSDT")
    assert {(line["reason"], line["detail"]) for line in cycled.answer["lines"]} == {
        ("cycle.halted", why)
    }
    assert (traded.code, traded.out) == (3, f"Refused (cycle.halted): {why}\n")
    assert venue.records()["orders"] == []


def test_doctor_names_the_symbols_in_hedge_mode(
    command: Command, idle_desk: dict[str, Any], open_venue: Callable[..., Venue]
) -> None:
    venue = open_venue("--speed", "step", "--symbols", "BTCUSDT,ETHUSDT")
    venue.fault("pos.mode_switched", mode=3)
    settings = idle_desk | _address(venue)

    told = command("doctor", "--json", **settings)

    (mode,) = [check for check in told.answer["checks"] if check["check"] == "position mode"]
    assert (told.code, mode["level"]) == (1, "fail")
    assert mode["detail"] == "BTCUSDT, ETHUSDT in hedge mode; the desk trades one-way"


def test_a_mode_that_is_switched_in_the_middle_stops_entries_and_keeps_the_stop(
    trader: Resources, venue: Venue
) -> None:
    execute(trader, reserved(trader))
    venue.fault("pos.mode_switched", mode=3)  # only symbols that are flat can be switched
    venue.advance(MINUTE)
    synchronise(trader)

    (position,) = trader.gateway.positions()
    assert (position.symbol, position.stop_loss is not None) == ("BTCUSDT", True)
    refused = reserve(trader, quote(trader, _wish_of(trader, "ETHUSDT")))
    assert refused.detail == HEDGED.format("ETHUSDT")
    assert len(creates(venue)) == 1


@pytest.mark.parametrize("filters", [{"tickSize": "5"}, {"qtyStep": "0.011"}])
def test_an_order_of_an_older_grid_is_refused_once_and_the_next_is_on_the_new_one(
    trader: Resources, venue: Venue, filters: dict[str, str]
) -> None:
    committed = reserved(trader)
    venue.fault("mkt.filter_change", match={"symbol": "BTCUSDT"}, **filters)

    ended = execute(trader, committed)

    assert (ended.state, ended.attempts) == (IntentState.REFUSED, 1)
    assert creates(venue) == []
    venue.advance(MINUTE)
    again = execute(trader, reserved(trader))
    assert again.state is IntentState.FILLED
    (order,) = creates(venue)
    grid = {"tickSize": ("stopLoss", "takeProfit"), "qtyStep": ("qty",)}
    for name, step in filters.items():
        assert [Decimal(order[one]) % Decimal(step) for one in grid[name]] == [0] * len(grid[name])


def test_a_stop_is_put_back_on_the_new_grid(trader: Resources, venue: Venue) -> None:
    execute(trader, reserved(trader))
    synchronise(trader)
    venue.fault("mkt.filter_change", match={"symbol": "BTCUSDT"}, tickSize="5")
    venue.fault("tpsl.vanish")
    venue.advance(MINUTE)

    report = synchronise(trader)

    assert report.positions_protected == 1
    (position,) = trader.gateway.positions()
    assert position.stop_loss is not None
    assert position.stop_loss % 5 == 0


def test_a_symbol_that_ended_is_refused_and_its_position_is_booked_as_settled(
    trader: Resources, venue: Venue
) -> None:
    execute(trader, reserved(trader))
    synchronise(trader)
    venue.fault("mkt.delist", match={"symbol": "BTCUSDT"}, in_s=60)
    venue.advance(2 * MINUTE)

    report = synchronise(trader)

    assert (report.positions, report.trades_closed) == (0, 1)
    with read_session(trader.sessions) as session:
        (trade,) = recent_trades(session, trader.desk.account)
    assert trade.exit_reason is ExitReason.OTHER
    assert trader.gateway.open_orders() == []
    assert synchronise(trader).discrepancies_open == 0


def test_a_symbol_that_ended_is_skipped_and_the_others_are_traded(
    command: Command, desk: dict[str, Any], venue: Venue
) -> None:
    venue.fault("mkt.delist", match={"symbol": "BTCUSDT"}, in_s=1)
    venue.advance(timedelta(seconds=1))

    by_hand = command("trade", "BTCUSDT", *BY_HAND, **desk)
    cycled = command("cycle", "--json", **desk)

    assert by_hand.code == 3
    refused = "Refused (data.instrument_not_tradable): the exchange lists no USDT perpetual BT"
    assert by_hand.out.startswith(refused)
    lines = {line["symbol"]: line["reason"] for line in cycled.answer["lines"]}
    assert lines == {"BTCUSDT": "data.instrument_not_tradable", "ETHUSDT": "order.filled"}
    assert {order["symbol"] for order in creates(venue)} == {"ETHUSDT"}


RIGHTS = {
    "withdraw": (2, "may withdraw money; make one that may only trade contracts and use that"),
    "read": (1, "the API key may not trade contracts; entries and protection need that right"),
}


@pytest.mark.parametrize("permission", RIGHTS)
@pytest.mark.parametrize("words", [("cycle",), ("sync",), ("trade", "BTCUSDT", *BY_HAND)])
def test_a_key_with_the_wrong_rights_trades_nothing(
    command: Command,
    idle_desk: dict[str, Any],
    open_venue: Callable[..., Venue],
    engine: Engine,
    permission: str,
    words: tuple[str, ...],
) -> None:
    venue = open_venue(
        "--speed", "step", "--symbols", "BTCUSDT,ETHUSDT", "--permission", permission
    )

    told = command(*words, **idle_desk | _address(venue))

    code, why = RIGHTS[permission]
    assert told.code == code
    assert told.complaint.endswith(why)
    assert venue.records()["orders"] == []
    assert rows(engine) == {}


def _address(venue: Venue) -> dict[str, str]:
    return {
        "exchange_base_url": venue.rest,
        "exchange_api_key": venue.api_key,
        "exchange_api_secret": venue.api_secret,
    }


def _wish_of(trader: Resources, symbol: str) -> Wish:
    last = trader.gateway.ticker(symbol).last
    return Wish(symbol, Direction.LONG, last * Decimal("0.97"), last * Decimal("1.06"))
