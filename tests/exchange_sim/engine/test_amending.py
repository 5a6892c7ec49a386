from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.exchange_sim.engine.desk import Desk

Refusal = Callable[[Callable[[], object]], tuple[int, str]]


def test_quantity_and_price_of_a_resting_order_change(desk: Desk) -> None:
    order = desk.limit("Buy", "0.1", "59000", orderLinkId="a")
    changed = desk.amend(order, qty="0.2", price="58000")
    assert (changed.quantity, changed.price, changed.link_id) == (Decimal("0.2"), 58_000, "a")
    assert changed.order_id == order.order_id


def test_an_order_amended_across_the_market_fills_as_taker(desk: Desk) -> None:
    order = desk.limit("Buy", "0.1", "59000")
    assert desk.amend(order, price="60100").average_price == 60_000


def test_a_waiting_order_gets_a_new_trigger(desk: Desk) -> None:
    order = desk.buy(triggerPrice="61000", triggerDirection=1)
    desk.amend(order, triggerPrice="62000")
    desk.move(61_500)
    assert desk.now(order).status == "Untriggered"


def test_a_waiting_limit_order_gets_a_new_price(desk: Desk) -> None:
    order = desk.limit("Buy", "0.1", "58000", triggerPrice="59000", triggerDirection=2)
    assert desk.amend(order, price="58500").price == 58_500
    assert desk.now(order).leaves_value == 5850


def test_a_smaller_order_needs_no_new_margin(desk: Desk) -> None:
    order = desk.limit("Buy", "1.6", "59000")
    assert desk.amend(order, qty="1.5").quantity == Decimal("1.5")


def test_attached_legs_are_added_moved_and_removed_before_the_fill(desk: Desk) -> None:
    order = desk.limit("Buy", "0.1", "59000", stopLoss="58000")
    desk.amend(order, stopLoss="58500", takeProfit="61000")
    desk.amend(order, takeProfit="0")
    desk.move(58_900)
    assert [child.trigger.price for child in desk.children().values() if child.trigger] == [58_500]


@pytest.mark.parametrize(
    ("params", "code", "text"),
    [
        ({}, 10001, "order not modified"),
        ({"qty": "0.1"}, 10001, "order not modified"),
        ({"price": "59000.05"}, 10001, "price invalid"),
        ({"qty": "0.1005"}, 10001, "Qty invalid"),
        ({"qty": "9"}, 110007, "ab not enough"),
        ({"stopLoss": "59500"}, 10001, "should lower than"),
        ({"qty": "0.001", "price": "4000"}, 110094, "5USDT"),
        ({"orderId": "", "orderLinkId": ""}, 10001, "OrderId or orderLinkId is required"),
        ({"orderId": "unknown"}, 110001, "order not exists or too late to replace"),
        ({"symbol": "ETHUSDT"}, 110001, "order not exists or too late to replace"),
    ],
)
def test_a_wrong_amendment_is_refused_and_changes_nothing(
    desk: Desk, refusal: Refusal, params: dict[str, object], code: int, text: str
) -> None:
    order = desk.limit("Buy", "0.1", "59000")
    before = desk.exchange.state_hash()
    refused = refusal(lambda: desk.amend(order, **params))
    assert refused[0] == code
    assert text in refused[1]
    assert desk.exchange.state_hash() == before


def test_the_new_quantity_must_be_above_what_is_filled(desk: Desk, refusal: Refusal) -> None:
    desk.market.level_size, desk.market.levels = Decimal("0.03"), 1
    order = desk.limit("Buy", "0.1", "60000")
    assert refusal(lambda: desk.amend(order, qty="0.03"))[0] == 110064
    assert desk.amend(order, qty="0.04").filled_quantity == Decimal("0.04")


def test_a_stop_of_the_whole_position_moves_but_keeps_the_size_of_it(
    desk: Desk, refusal: Refusal
) -> None:
    desk.buy("0.1", stopLoss="59000")
    stop = desk.children()["StopLoss"]
    assert desk.amend(stop, triggerPrice="59500").trigger.price == 59_500  # type: ignore[union-attr]
    assert desk.position().stop_loss == 59_500
    assert "follows the position" in refusal(lambda: desk.amend(stop, qty="0.05"))[1]
    assert "cannot be set" in refusal(lambda: desk.amend(stop, stopLoss="58000"))[1]
    assert refusal(lambda: desk.amend(stop, triggerPrice="60500"))[0] == 110093
