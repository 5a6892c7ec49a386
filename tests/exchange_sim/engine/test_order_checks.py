from collections.abc import Callable

import pytest

from exchange_sim.engine.errors import VenueError
from exchange_sim.engine.requests import OrderRequest
from tests.exchange_sim.engine.desk import BTC, ETH, ME, Desk
from tests.exchange_sim.engine.refused_orders import REFUSED_ORDERS

Refusal = Callable[[Callable[[], object]], tuple[int, str]]


@pytest.mark.parametrize(
    ("params", "code", "text"),
    [pytest.param(*row[1:], id=row[0]) for row in REFUSED_ORDERS],
)
def test_a_wrong_order_is_refused_and_changes_nothing(
    desk: Desk, params: dict[str, object], code: int, text: str
) -> None:
    before = desk.exchange.state_hash()
    with pytest.raises(VenueError) as caught:
        desk.order(**params)
    assert caught.value.code == code
    assert text in caught.value.message
    assert desk.exchange.state_hash() == before
    assert desk.heard == []


def test_an_unknown_account_is_refused(desk: Desk, refusal: Refusal) -> None:
    request = OrderRequest.parse({"symbol": BTC, "side": "Buy", "orderType": "Market", "qty": "1"})
    code, text = refusal(lambda: desk.exchange.create_order("nobody", request))
    assert (code, text) == (10001, "account 'nobody' does not exist; open it first")


@pytest.mark.parametrize("price", ["59000", "60000"], ids=["still open", "finished"])
def test_a_link_id_is_taken_for_ever(desk: Desk, refusal: Refusal, price: str) -> None:
    desk.limit("Buy", "0.1", price, orderLinkId="mine-1")
    assert refusal(lambda: desk.buy(orderLinkId="mine-1")) == (
        110072,
        "OrderLinkedID is duplicate",
    )


def test_the_duplicate_link_id_is_named_before_the_bad_quantity(
    desk: Desk, refusal: Refusal
) -> None:
    desk.buy(orderLinkId="mine-1")
    assert refusal(lambda: desk.buy("0", orderLinkId="mine-1"))[0] == 110072


def test_a_reduce_only_order_on_the_side_of_the_position_is_refused(
    desk: Desk, refusal: Refusal
) -> None:
    desk.buy()
    assert refusal(lambda: desk.buy(reduceOnly=True)) == (110017, "Reduce-only rule not satisfied")


def test_stops_cannot_be_attached_to_a_reduce_only_order(desk: Desk, refusal: Refusal) -> None:
    desk.buy()
    code, text = refusal(lambda: desk.sell(reduceOnly=True, stopLoss="61000"))
    assert code == 10001
    assert "reduce-only" in text


def test_a_reduce_only_order_may_be_smaller_than_the_minimum_value(desk: Desk) -> None:
    desk.order(symbol=ETH, qty="0.002", side="Buy")
    desk.move(2000, symbol=ETH)
    closing = desk.order(symbol=ETH, qty="0.001", side="Sell", reduceOnly=True)
    assert closing.status == "Filled"


def test_the_eleventh_conditional_order_is_refused(desk: Desk, refusal: Refusal) -> None:
    for number in range(10):
        desk.buy(triggerPrice=str(61_000 + number), triggerDirection=1)
    code, _ = refusal(lambda: desk.buy(triggerPrice="62000", triggerDirection=1))
    assert code == 110009


def test_the_order_after_five_hundred_active_ones_is_refused(desk: Desk, refusal: Refusal) -> None:
    for _ in range(500):
        desk.limit("Buy", "0.001", "30000")
    assert refusal(lambda: desk.limit("Buy", "0.001", "30000"))[0] == 110020


def test_margin_bound_by_open_orders_is_not_available_twice(desk: Desk, refusal: Refusal) -> None:
    desk.limit("Buy", "1.5", "59000")
    assert refusal(lambda: desk.limit("Buy", "0.5", "59000"))[0] == 110007
    assert desk.wallet.order_initial_margin > 8850
    assert desk.wallet.available == desk.wallet.equity - desk.wallet.order_initial_margin


def test_buys_and_sells_of_a_symbol_bind_only_the_larger_side(desk: Desk) -> None:
    desk.limit("Buy", "1.5", "59000")
    bound = desk.wallet.order_initial_margin
    desk.limit("Sell", "1.4", "60100")
    assert desk.wallet.order_initial_margin == bound


def test_an_order_that_closes_the_position_binds_nothing(desk: Desk) -> None:
    desk.buy("1.5")
    desk.limit("Sell", "1.5", "61000")
    assert desk.wallet.order_initial_margin == 0


def test_quantity_zero_with_both_flags_closes_everything(desk: Desk) -> None:
    desk.buy("0.3")
    order = desk.sell("0", reduceOnly=True, closeOnTrigger=True)
    assert order.quantity == order.filled_quantity
    assert desk.position().size == 0


def test_positions_above_a_tier_need_the_leverage_of_that_tier(desk: Desk) -> None:
    desk.exchange.deposit(ME, desk.wallet.balance * 100)
    desk.leverage(100)
    with pytest.raises(VenueError, match="110090"):
        desk.buy("40")  # 2.4 million: the second tier allows 57.14x
    desk.leverage(50)
    assert desk.buy("40").status == "Filled"
    with pytest.raises(VenueError, match=r"110013: cannot set leverage \[6000\] gt"):
        desk.leverage(60)
