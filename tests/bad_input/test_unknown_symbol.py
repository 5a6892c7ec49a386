"""A symbol that the exchange does not have."""

from typing import Any

from sqlalchemy import Engine

from tests.bad_input.commands import Command, rows
from tests.fixtures.prefect_server import ONE_WORKER
from tests.fixtures.simulator import Venue

pytestmark = ONE_WORKER

NOWHERE = "NOPEUSDT"


def test_a_cycle_leaves_a_decision_about_it_and_trades_the_others(
    command: Command, desk: dict[str, Any], venue: Venue
) -> None:
    told = command("cycle", "--json", **{**desk, "symbols": f"{NOWHERE},BTCUSDT"})

    assert told.code == 0
    traded, skipped = told.answer["lines"]
    assert (traded["symbol"], traded["outcome"]) == ("BTCUSDT", "traded")
    assert (skipped["symbol"], skipped["outcome"]) == (NOWHERE, "skipped")
    assert skipped["reason"] == "data.instrument_not_tradable"
    assert NOWHERE in skipped["detail"]
    assert {order["symbol"] for order in venue.records()["orders"]} == {"BTCUSDT"}


def test_a_trade_by_hand_is_refused_and_neither_promised_nor_sent(
    command: Command, idle_desk: dict[str, Any], idle_venue: Venue, engine: Engine
) -> None:
    told = command("trade", NOWHERE, "long", "--stop", "1", "--target", "3", "--yes", **idle_desk)

    assert told.code == 3
    refused = "Refused (data.instrument_not_tradable): the exchange lists no USDT perpetual NOPE"
    assert told.out.startswith(refused)
    assert idle_venue.records()["orders"] == []
    assert "intents" not in rows(engine)


def test_there_is_nothing_of_it_to_close(
    command: Command, idle_desk: dict[str, Any], idle_venue: Venue, engine: Engine
) -> None:
    told = command("close", NOWHERE, "--yes", **idle_desk)

    assert told.code == 2
    assert f"{NOWHERE} has no open position; open: none" in told.err
    assert idle_venue.records()["orders"] == []
    assert rows(engine) == {}
