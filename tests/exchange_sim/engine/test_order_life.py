"""How orders live and end: the state machine and the asynchronous outcomes of section 2.4."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from exchange_sim.engine.events import Event, TickHappened
from exchange_sim.engine.exchange import ExchangeRules
from exchange_sim.engine.matching import MatchingPolicy
from exchange_sim.engine.order_model import Order
from exchange_sim.market.values import Tick
from tests.exchange_sim.engine.desk import BTC, ME, Desk
from tests.exchange_sim.engine.fake_market import START_MS, FakeMarket, instrument

Refusal = Callable[[Callable[[], object]], tuple[int, str]]


def thin_desk(levels: int, size: object, rules: ExchangeRules | None = None) -> Desk:
    """A desk over a book of few levels."""
    market = FakeMarket({BTC: instrument()}, levels=levels, level_size=Decimal(str(size)))
    price = Decimal(60_000)
    market.add(Tick(START_MS, BTC, price, price, price))
    return Desk.open(market=market, rules=rules)


def ending(desk: Desk, order: Order) -> tuple[str, str, str, Decimal]:
    now = desk.now(order)
    return now.status, now.cancel_type, now.reject_reason, now.filled_quantity


def test_a_market_order_walks_the_book_one_execution_per_level() -> None:
    desk = thin_desk(10, "0.04")
    order = desk.buy("0.1")
    fills = [(row.price, row.quantity) for row in desk.exchange.executions(ME)]
    assert fills == [
        (Decimal("60000.2"), Decimal("0.02")),
        (Decimal("60000.1"), Decimal("0.04")),
        (Decimal(60_000), Decimal("0.04")),
    ]
    assert order.status == "Filled"
    assert order.average_price == Decimal("60000.08")
    assert order.price == 63_000  # the worst price it accepted: 5 % away
    assert order.leaves_quantity == 0


def test_a_market_order_larger_than_the_book_is_cancelled_with_what_it_got() -> None:
    desk = thin_desk(2, "0.03")
    order = desk.buy("0.1")
    assert ending(desk, order) == (
        "Cancelled",
        "UNKNOWN",
        "EC_NoImmediateQtyToFill",
        Decimal("0.06"),
    )
    assert order.leaves_quantity == 0
    assert desk.position().size == Decimal("0.06")


def test_a_market_order_looks_past_the_first_fifty_levels() -> None:
    desk = thin_desk(200, "0.001")
    assert desk.buy("0.1").filled_quantity == Decimal("0.1")


def test_slippage_tolerance_bounds_a_market_order() -> None:
    desk = thin_desk(100, "0.01")
    order = desk.buy("0.1", slippageToleranceType="TickSize", slippageTolerance="3")
    assert order.filled_quantity == Decimal("0.04")
    assert order.price == Decimal("60000.3")
    percent = desk.sell("0.2", slippageToleranceType="Percent", slippageTolerance="0.01")
    assert percent.price == 59_994


@pytest.mark.parametrize(
    ("force", "price", "expected"),
    [
        ("GTC", "60000", ("PartiallyFilled", "UNKNOWN", "EC_NoError", Decimal("0.06"))),
        ("IOC", "60000", ("Cancelled", "UNKNOWN", "EC_NoImmediateQtyToFill", Decimal("0.06"))),
        ("IOC", "59999", ("Cancelled", "UNKNOWN", "EC_NoImmediateQtyToFill", Decimal(0))),
        ("FOK", "60000", ("Cancelled", "UNKNOWN", "EC_CancelForNoFullFill", Decimal(0))),
        ("FOK", "60000.1", ("Filled", "UNKNOWN", "EC_NoError", Decimal("0.1"))),
        (
            "PostOnly",
            "60000",
            ("Cancelled", "UNKNOWN", "EC_PostOnlyWillTakeLiquidity", Decimal(0)),
        ),
        ("PostOnly", "59999.9", ("New", "UNKNOWN", "EC_NoError", Decimal(0))),
        ("GTC", "59999.9", ("New", "UNKNOWN", "EC_NoError", Decimal(0))),
    ],
)
def test_time_in_force_decides_about_the_rest(
    force: str, price: str, expected: tuple[str, str, str, Decimal]
) -> None:
    desk = thin_desk(2, "0.06")
    order = desk.limit("Buy", "0.1", price, timeInForce=force)
    assert ending(desk, order) == expected


def test_a_resting_order_fills_as_maker_at_its_price_when_traded_through(desk: Desk) -> None:
    order = desk.limit("Buy", "0.1", "59000")
    desk.move(59_500, 59_000)  # touching is not trading through
    assert desk.now(order).status == "New"
    desk.move(58_000)
    assert desk.now(order).status == "Filled"
    (row,) = desk.exchange.executions(ME)
    assert (row.price, row.is_maker, row.fee) == (59_000, True, Decimal("1.18"))


def test_a_touch_fills_if_the_policy_says_so() -> None:
    desk = Desk.open(rules=ExchangeRules(matching=MatchingPolicy(touch_fills=True)))
    order = desk.limit("Sell", "0.1", "61000")
    desk.move(61_000)
    assert desk.now(order).status == "Filled"


def test_a_resting_order_fills_in_parts_if_the_policy_says_so() -> None:
    policy = MatchingPolicy(maker_fraction=Decimal("0.5"))
    desk = Desk.open(rules=ExchangeRules(matching=policy))
    order = desk.limit("Buy", "0.007", "59000")
    filled = []
    for price in (58_900, 58_800, 58_700):
        desk.move(price)
        filled.append(desk.now(order).filled_quantity)
    assert filled == [Decimal("0.003"), Decimal("0.005"), Decimal("0.006")]
    assert desk.now(order).status == "PartiallyFilled"
    desk.move(58_600)
    assert desk.now(order).status == "Filled"


@pytest.mark.parametrize("fraction", [0, -1, "1.1"])
def test_a_policy_outside_its_range_is_refused(fraction: object) -> None:
    with pytest.raises(ValueError, match="maker_fraction"):
        MatchingPolicy(maker_fraction=Decimal(str(fraction)))


def test_the_rest_of_a_partly_filled_order_can_be_cancelled() -> None:
    desk = thin_desk(1, "0.03")
    order = desk.limit("Buy", "0.1", "60000")
    desk.cancel(order)
    assert ending(desk, order) == (
        "Cancelled",
        "CancelByUser",
        "EC_PerCancelRequest",
        Decimal("0.03"),
    )


def test_a_limit_price_beyond_the_band_is_adjusted_to_it() -> None:
    market = FakeMarket(
        {BTC: instrument(price_limit_x=Decimal("0.01"), price_limit_y=Decimal("0.02"))}
    )
    price = Decimal(60_000)
    market.add(Tick(START_MS, BTC, price, price, price))
    desk = Desk.open(market=market)
    assert desk.limit("Buy", "0.01", "70000").price == 60_600
    assert desk.limit("Sell", "0.01", "50000").price == 59_400


def test_a_reduce_only_order_closes_at_most_the_position(desk: Desk) -> None:
    desk.buy("0.1")
    order = desk.sell("0.3", reduceOnly=True)
    assert ending(desk, order) == (
        "Cancelled",
        "CancelByReduceOnly",
        "EC_NoError",
        Decimal("0.1"),
    )
    assert desk.position().size == 0


def test_resting_reduce_only_orders_end_with_their_position(desk: Desk) -> None:
    desk.buy("0.1")
    order = desk.limit("Sell", "0.1", "61000", reduceOnly=True)
    desk.sell("0.1")
    assert ending(desk, order)[:2] == ("Cancelled", "CancelByReduceOnly")


def test_a_resting_reduce_only_order_is_trimmed_to_what_is_left(desk: Desk) -> None:
    desk.buy("0.3")
    order = desk.limit("Sell", "0.3", "61000", reduceOnly=True)
    desk.sell("0.2")
    desk.move(61_500)
    assert ending(desk, order) == (
        "Cancelled",
        "CancelByReduceOnly",
        "EC_NoError",
        Decimal("0.1"),
    )
    assert desk.position().size == 0


def test_a_conditional_order_waits_for_its_price_and_then_trades(desk: Desk) -> None:
    order = desk.buy(triggerPrice="61000", triggerDirection=1)
    assert (order.status, order.stop_order_type) == ("Untriggered", "Stop")
    assert desk.wallet.order_initial_margin == 0
    desk.move(60_900)
    assert desk.now(order).status == "Untriggered"
    desk.move(61_200)
    assert desk.now(order).status == "Filled"
    assert desk.now(order).average_price == 61_000
    states = [event.order.status for event in desk.heard if hasattr(event, "order")]
    assert states == ["Untriggered", "Triggered", "Filled"]


def test_a_conditional_limit_order_rests_after_it_triggered(desk: Desk) -> None:
    order = desk.limit("Buy", "0.1", "58000", triggerPrice="59000", triggerDirection=2)
    desk.move(58_900)
    assert desk.now(order).status == "New"
    desk.move(57_900)
    assert desk.now(order).average_price == 58_000


def test_what_a_triggered_limit_order_leaves_waits_for_the_next_tick() -> None:
    desk = thin_desk(1, "0.04")
    order = desk.limit("Buy", "0.1", "62000", triggerPrice="61000", triggerDirection=1)
    desk.move(61_000)
    assert desk.now(order).filled_quantity == Decimal("0.04")
    desk.move(61_000)
    assert desk.now(order).status == "Filled"


def test_prices_of_a_symbol_nobody_has_an_interest_in_are_skipped(desk: Desk) -> None:
    order = desk.limit("Buy", "0.1", "59000")
    desk.move(60_100)
    assert desk.exchange._venue.live == {BTC}
    desk.cancel(order)
    desk.move(60_200)
    assert desk.exchange._venue.live == set()


def test_a_trigger_watches_the_price_it_was_told_to(desk: Desk) -> None:
    order = desk.buy(triggerPrice="61000", triggerDirection=1, triggerBy="MarkPrice")
    desk.move(61_500, mark=60_900)
    assert desk.now(order).status == "Untriggered"
    desk.move(60_500, mark=61_000)
    assert desk.now(order).status == "Filled"


def test_a_trigger_can_watch_the_index(desk: Desk) -> None:
    order = desk.sell(triggerPrice="59000", triggerDirection=2, triggerBy="IndexPrice")
    desk.move(58_900)
    assert desk.now(order).status == "Filled"


def test_ticks_are_told_only_to_those_who_asked(desk: Desk) -> None:
    ticks: list[Event] = []
    desk.exchange.subscribe(ticks.append, ticks=True)
    desk.move(60_100)
    assert [type(event) for event in ticks] == [TickHappened]
    assert desk.heard == []


def test_a_conditional_order_without_margin_at_its_trigger_is_cancelled(desk: Desk) -> None:
    order = desk.buy("1", triggerPrice="61000", triggerDirection=1)
    desk.limit("Buy", "1.5", "59000")
    desk.move(61_000)
    assert ending(desk, order) == ("Cancelled", "UNKNOWN", "EC_Others", Decimal(0))


def test_cancelling_a_finished_or_unknown_order_is_refused(desk: Desk, refusal: Refusal) -> None:
    order = desk.buy()
    expected = (110001, "order not exists or too late to cancel")
    assert refusal(lambda: desk.cancel(order)) == expected


def test_cancel_all_without_a_filter_strips_the_protection_too(desk: Desk) -> None:
    desk.buy("0.1", stopLoss="59000", takeProfit="61000")
    desk.limit("Buy", "0.1", "58000")
    desk.buy(triggerPrice="62000", triggerDirection=1)
    assert len(desk.cancel_all()) == 4
    assert desk.open_orders() == []


@pytest.mark.parametrize(
    ("params", "left"),
    [
        ({"orderFilter": "Order"}, ["Stop", "StopLoss", "TakeProfit"]),
        ({"orderFilter": "OpenOrder"}, ["Stop", "StopLoss", "TakeProfit"]),
        ({"orderFilter": "StopOrder"}, [""]),
        ({"orderFilter": "StopOrder", "stopOrderType": "Stop"}, ["", "StopLoss", "TakeProfit"]),
        ({"symbol": "", "settleCoin": "USDT"}, []),
        ({"symbol": "", "settleCoin": "USDC"}, ["", "Stop", "StopLoss", "TakeProfit"]),
        ({"symbol": "", "baseCoin": "ETH"}, ["", "Stop", "StopLoss", "TakeProfit"]),
        ({"symbol": "", "baseCoin": "BTC"}, []),
    ],
)
def test_cancel_all_obeys_its_filters(
    desk: Desk, params: dict[str, object], left: list[str]
) -> None:
    desk.buy("0.1", stopLoss="59000", takeProfit="61000")
    desk.limit("Buy", "0.1", "58000")
    desk.buy(triggerPrice="62000", triggerDirection=1)
    desk.cancel_all(**params)
    assert sorted(order.stop_order_type for order in desk.open_orders()) == left


def test_cancel_all_needs_a_symbol_or_a_coin(desk: Desk, refusal: Refusal) -> None:
    assert refusal(lambda: desk.cancel_all(symbol=""))[0] == 10001
