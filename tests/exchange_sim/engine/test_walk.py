"""Between the ticks of a candle the price is continuous; between candles it jumps."""

from decimal import Decimal

import pytest

from tests.exchange_sim.engine.desk import Desk

ME = "me"


@pytest.fixture
def desk() -> Desk:
    return Desk.open()


def _exit_price(desk: Desk) -> Decimal:
    return next(desk.exchange.executions(ME)).price


def test_a_stop_inside_a_candle_fills_at_its_price_and_not_at_the_extreme(desk: Desk) -> None:
    desk.buy("0.1", stopLoss="59000", takeProfit="62000")
    desk.candle(60_000, 58_500, 60_200, 60_100)
    assert abs(_exit_price(desk) - 59_000) <= 1


def test_a_target_inside_a_candle_fills_at_its_price_and_not_better(desk: Desk) -> None:
    desk.buy("0.1", stopLoss="59000", takeProfit="60500")
    desk.candle(60_000, 59_500, 61_500, 61_000)
    assert abs(_exit_price(desk) - 60_500) <= 1


def test_a_stop_passed_between_two_candles_fills_at_the_open(desk: Desk) -> None:
    desk.buy("0.1", stopLoss="59000")
    desk.gap(57_000)
    assert abs(_exit_price(desk) - 57_000) <= 1


def test_several_orders_on_the_way_fire_in_the_order_of_their_prices(desk: Desk) -> None:
    far = desk.buy(triggerPrice="61500", triggerDirection=1)
    near = desk.buy(triggerPrice="60500", triggerDirection=1)
    desk.move(62_000)
    fills = [row.order_id for row in desk.exchange.executions(ME)]
    assert fills == [far.order_id, near.order_id]  # newest first


def test_a_stop_that_an_entry_on_the_way_brings_can_fire_on_the_same_way(desk: Desk) -> None:
    desk.sell("0.1", triggerPrice="60500", triggerDirection=1, stopLoss="61000")
    desk.move(62_000)
    rows = list(desk.exchange.executions(ME))
    assert [row.side for row in rows] == ["Buy", "Sell"]
    assert abs(rows[0].price - 61_000) <= 1
    assert desk.open_orders() == []


def test_the_mark_price_moves_along_with_the_last_price(desk: Desk) -> None:
    desk.buy("0.1", stopLoss="59000")
    desk.move(58_000, mark=59_000)
    assert next(desk.exchange.executions(ME)).mark_price == Decimal(59_500)
