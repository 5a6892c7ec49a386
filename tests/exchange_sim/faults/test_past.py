"""Recordings of accounts: which copy was true when, and which can be forgotten."""

import pytest

from exchange_sim.engine.exchange import Exchange
from exchange_sim.engine.requests import OrderRequest
from exchange_sim.faults.past import Recording
from exchange_sim.market.feed import Market
from tests.exchange_sim.faults.running_venue import START_MS


def recorded(*moments: int) -> Recording:
    recording = Recording(None, age_ms=100)
    for number, moment in enumerate(moments):
        recording.keep("1", moment, f"copy {number}")
    return recording


@pytest.mark.parametrize(
    ("moment_ms", "copy"), [(5, "copy 0"), (10, "copy 0"), (49, "copy 0"), (50, "copy 2")]
)
def test_the_copy_is_the_last_one_before_the_moment(moment_ms: int, copy: str) -> None:
    assert recorded(10, 50, 50).as_of("1", moment_ms)[1] == copy


def test_the_first_copy_survives_a_change_in_its_own_millisecond() -> None:
    recording = recorded(10, 10, 10)

    assert recording.as_of("1", 9)[1] == "copy 0"
    assert recording.as_of("1", 10)[1] == "copy 2"


def test_copies_nobody_can_ask_for_are_forgotten() -> None:
    recording = recorded(*range(0, 1_000, 10))

    assert len(recording.copies["1"]) == 11
    assert recording.as_of("2", 5) is None


def test_a_snapshot_does_not_see_what_happens_later() -> None:
    exchange = Exchange(Market.synthetic(7, ["BTCUSDT"], START_MS))
    exchange.open_account("1")
    terms = {"symbol": "BTCUSDT", "side": "Buy", "orderType": "Market", "qty": "0.01"}
    exchange.create_order("1", OrderRequest.parse(terms))
    wallet, orders = exchange.wallet("1"), list(exchange.orders("1"))
    snapshot = exchange.snapshot("1")

    exchange.create_order("1", OrderRequest.parse(terms | {"side": "Sell"}))
    exchange.advance(START_MS + 60_000)

    then = snapshot.at(START_MS)
    assert (then.wallet("1"), list(then.orders("1"))) == (wallet, orders)
    assert [position.size for position in then.positions("1")] == [orders[0].quantity]
    assert exchange.positions("1") == []
