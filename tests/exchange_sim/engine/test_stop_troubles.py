"""What may go wrong with stops and targets: tpsl.* of spec section 7."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from exchange_sim.engine.order_model import Order
from tests.exchange_sim.engine.desk import ME, Desk
from tests.exchange_sim.engine.troubles import expect

Refusal = Callable[[Callable[[], object]], tuple[int, str]]


def protective(desk: Desk) -> list[Order]:
    return [order for order in desk.exchange.orders(ME) if order.stop_order_type.protects]


def wait(desk: Desk, ms: int) -> None:
    desk.exchange.advance(desk.exchange.now_ms + ms)


@pytest.mark.parametrize("mode", ["Full", "Partial"])
def test_stop_and_target_are_born_late(desk: Desk, mode: str) -> None:
    expect(desk, "tpsl.child_delay", ms=1500)
    filled_ms = desk.exchange.now_ms
    desk.buy("0.1", stopLoss="59000", takeProfit="62000", tpslMode=mode)
    wait(desk, 1499)
    assert protective(desk) == []
    wait(desk, 1)
    assert [order.created_ms - filled_ms for order in protective(desk)] == [1500, 1500]
    assert {order.quantity for order in protective(desk)} == {Decimal("0.1")}


def test_a_late_stop_covers_what_filled_in_the_meantime(desk: Desk) -> None:
    expect(desk, "tpsl.child_delay", ms=1500)
    order = desk.limit("Buy", "0.1", "59900", stopLoss="59000", tpslMode="Partial")
    desk.move(59_800)
    assert desk.now(order).status == "Filled"
    desk.sell("0.04", reduceOnly=True)
    wait(desk, 1500)
    (stop,) = protective(desk)
    assert stop.quantity == desk.position().size == Decimal("0.06")


def test_a_late_stop_whose_price_has_passed_fires_when_it_is_born(desk: Desk) -> None:
    expect(desk, "tpsl.child_delay", ms=3000)
    desk.buy("0.1", stopLoss="59000")
    desk.gap(58_000)
    assert desk.position().size == Decimal("0.1")
    wait(desk, 3000)
    (stop,) = protective(desk)
    assert (stop.status, stop.average_price) == ("Filled", Decimal("57999.9"))
    assert desk.position().size == 0


def test_no_stop_is_born_for_a_position_that_is_gone(desk: Desk) -> None:
    expect(desk, "tpsl.child_delay", ms=1500)
    desk.buy("0.1", stopLoss="59000")
    desk.sell("0.1", reduceOnly=True)
    wait(desk, 3000)
    assert protective(desk) == []


def test_a_missing_stop_is_missing_for_every_fill_of_its_entry(desk: Desk) -> None:
    expect(desk, "tpsl.child_missing")
    order = desk.limit("Buy", "0.1", "59900", stopLoss="59000")
    desk.move(59_800)
    desk.move(59_500)
    assert desk.now(order).status == "Filled"
    assert protective(desk) == []
    desk.stops(stopLoss="59000")  # it can be set again
    assert desk.position().stop_loss == 59_000


def test_the_next_entry_has_its_stop_again(desk: Desk) -> None:
    expect(desk, "tpsl.child_missing")
    desk.buy("0.1", stopLoss="59000")
    desk.buy("0.1", stopLoss="59000")
    assert desk.children()["StopLoss"].quantity == Decimal("0.2")


def test_a_set_stop_is_acknowledged_but_absent(desk: Desk) -> None:
    desk.buy("0.1", stopLoss="59000")
    expect(desk, "tpsl.set_ack_but_absent")
    desk.stops(stopLoss="59500")
    assert desk.position().stop_loss == 59_000
    desk.stops(stopLoss="59500")
    assert desk.position().stop_loss == 59_500


def test_a_stop_is_refused_with_the_code_that_was_asked_for(desk: Desk, refusal: Refusal) -> None:
    desk.buy("0.1")
    expect(desk, "tpsl.reject", code=10001, text="params error: StopLoss invalid")
    assert refusal(lambda: desk.stops(stopLoss="59000")) == (
        10001,
        "params error: StopLoss invalid",
    )
    assert protective(desk) == []


def test_a_triggered_stop_fills_in_part_and_leaves_the_rest_naked(desk: Desk) -> None:
    desk.buy("0.1", stopLoss="59000")
    expect(desk, "tpsl.trigger_partial_fill", fraction="0.3")
    desk.move(59_000)
    (stop,) = protective(desk)
    assert (stop.status, stop.filled_quantity) == ("Cancelled", Decimal("0.03"))
    assert stop.reject_reason == "EC_NoImmediateQtyToFill"
    assert desk.position().size == Decimal("0.07")
    assert desk.position().stop_loss is None


def test_a_triggered_stop_finds_nobody_and_its_target_is_gone_too(desk: Desk) -> None:
    desk.buy("0.1", stopLoss="59000", takeProfit="62000")
    expect(desk, "tpsl.trigger_no_liquidity")
    desk.move(58_900)
    assert {order.status for order in protective(desk)} == {"Cancelled", "Deactivated"}
    assert desk.position().size == Decimal("0.1")
    assert desk.open_orders() == []


def test_a_conditional_order_of_the_user_is_no_stop(desk: Desk) -> None:
    troubles = expect(desk, "tpsl.trigger_no_liquidity")
    desk.buy("0.1", triggerPrice="61000", triggerDirection=1)
    desk.move(61_000)
    assert desk.position().size == Decimal("0.1")
    assert troubles.struck == []


def test_stops_are_found_by_the_link_id_of_their_entry(desk: Desk) -> None:
    desk.buy("0.1", stopLoss="59000", orderLinkId="entry-1")
    troubles = expect(desk, "tpsl.trigger_no_liquidity")
    desk.move(59_000)
    assert [asked.link_id for asked in troubles.struck] == ["entry-1"]
