"""Attached stops and targets: born with the fill, sized with the position, gone when flat."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from exchange_sim.engine.events import ExecutionHappened, OrderUpdated, PositionUpdated
from exchange_sim.engine.order_model import Order, Trigger
from exchange_sim.engine.vocabulary import (
    CreateType,
    OrderStatus,
    OrderType,
    Side,
    StopOrderType,
    TimeInForce,
    TpslMode,
    TriggerDirection,
)
from tests.exchange_sim.engine.desk import Desk

Refusal = Callable[[Callable[[], object]], tuple[int, str]]
PARTIAL = {"tpslMode": "Partial"}


def test_a_stop_is_on_the_venue_in_the_instant_its_entry_fills(desk: Desk) -> None:
    entry = desk.buy("0.1", orderLinkId="entry-1", stopLoss="59000", takeProfit="62000")
    stop = desk.children()["StopLoss"]
    assert stop == Order(
        order_id=stop.order_id,
        link_id="",
        parent_link_id="entry-1",
        parent_id=entry.order_id,
        symbol="BTCUSDT",
        side=Side.SELL,
        order_type=OrderType.MARKET,
        quantity=Decimal("0.1"),
        time_in_force=TimeInForce.IOC,
        reduce_only=True,
        close_on_trigger=True,
        trigger=Trigger(Decimal(59_000), TriggerDirection.FALL),
        tpsl_mode=TpslMode.FULL,
        status=OrderStatus.UNTRIGGERED,
        create_type=CreateType.BY_STOP_LOSS,
        stop_order_type=StopOrderType.STOP_LOSS,
        last_price_on_created=Decimal(60_000),
        created_ms=desk.exchange.now_ms,
        updated_ms=desk.exchange.now_ms,
    )
    assert desk.children()["TakeProfit"].trigger == Trigger(Decimal(62_000), TriggerDirection.RISE)
    row = desk.position()
    assert (row.take_profit, row.stop_loss) == (62_000, 59_000)


def test_the_events_of_a_fill_come_in_order_and_the_position_already_shows_its_stop(
    desk: Desk,
) -> None:
    desk.buy("0.1", stopLoss="59000")
    kinds = [type(event).__name__ for event in desk.heard]
    assert kinds == [
        "ExecutionHappened",
        "OrderUpdated",  # the entry, filled
        "OrderUpdated",  # its stop
        "PositionUpdated",
        "WalletUpdated",
    ]
    (position,) = [event.position for event in desk.heard if isinstance(event, PositionUpdated)]
    (execution,) = [
        event.execution for event in desk.heard if isinstance(event, ExecutionHappened)
    ]
    assert position.stop_loss == 59_000
    assert position.seq == execution.seq


def test_a_resting_entry_is_protected_when_it_fills_even_beyond_its_stop(desk: Desk) -> None:
    entry = desk.limit("Buy", "0.1", "59000", stopLoss="58000")
    assert desk.children() == {}
    desk.move(57_000)  # through the entry and the stop in one tick
    assert desk.now(entry).average_price == 59_000
    assert desk.position().size == 0
    assert next(desk.exchange.executions("me")).price == Decimal("56999.9")


def test_a_triggered_stop_closes_the_position_and_cancels_the_target(desk: Desk) -> None:
    desk.buy("0.1", stopLoss="59000", takeProfit="62000")
    children = desk.children()
    desk.move(58_900)
    stop, target = desk.now(children["StopLoss"]), desk.now(children["TakeProfit"])
    assert stop.status == "Filled"
    assert stop.closed_pnl < 0
    assert (target.status, target.cancel_type) == (
        "Deactivated",
        "CancelByOCOTpCanceledBySlTriggered",
    )
    assert desk.position().size == 0
    assert desk.position().stop_loss is None


def test_a_triggered_target_cancels_the_stop(desk: Desk) -> None:
    desk.sell("0.1", stopLoss="61000", takeProfit="58000")
    stop = desk.children()["StopLoss"]
    desk.move(57_900)
    assert desk.now(stop).cancel_type == "CancelByOCOSlCanceledByTpTriggered"
    assert next(desk.exchange.executions("me")).price == 58_000


def test_closing_by_hand_clears_the_protection(desk: Desk) -> None:
    desk.buy("0.1", stopLoss="59000", takeProfit="62000")
    children = desk.children()
    desk.sell("0.1")
    assert {desk.now(child).cancel_type for child in children.values()} == {"CancelByTpSlTsClear"}
    assert desk.open_orders() == []


def test_a_flip_clears_the_old_protection_and_brings_its_own(desk: Desk) -> None:
    desk.buy("0.1", stopLoss="59000")
    old = desk.children()["StopLoss"]
    desk.sell("0.3", stopLoss="61000")
    assert desk.now(old).cancel_type == "CancelByTpSlTsClear"
    new = desk.children()["StopLoss"]
    assert (new.side, new.quantity) == (Side.BUY, Decimal("0.2"))


def test_full_protection_follows_the_size_of_the_position(desk: Desk) -> None:
    desk.buy("0.1", stopLoss="59000")
    desk.buy("0.2")
    assert desk.children()["StopLoss"].quantity == Decimal("0.3")
    desk.sell("0.25")
    assert desk.children()["StopLoss"].quantity == Decimal("0.05")


def test_a_second_entry_moves_the_full_stop_instead_of_adding_one(desk: Desk) -> None:
    desk.buy("0.1", stopLoss="59000")
    first = desk.children()["StopLoss"]
    desk.buy("0.1", stopLoss="58000", orderLinkId="second")
    moved = desk.now(first)
    assert moved.trigger is not None
    assert (moved.trigger.price, moved.quantity, moved.parent_link_id) == (
        58_000,
        Decimal("0.2"),
        "second",
    )
    assert len(desk.open_orders()) == 1


def test_partial_pairs_are_bound_and_sized_by_what_was_filled(desk: Desk) -> None:
    desk.market.levels, desk.market.level_size = 1, Decimal("0.04")
    entry = desk.limit("Buy", "0.1", "60000", stopLoss="59000", takeProfit="62000", **PARTIAL)
    assert {child.quantity for child in desk.children().values()} == {Decimal("0.04")}
    desk.move(59_900)
    assert desk.now(entry).status == "Filled"
    children = desk.children()
    assert {child.quantity for child in children.values()} == {Decimal("0.1")}
    stop, target = children["PartialStopLoss"], children["PartialTakeProfit"]
    assert (stop.twin_id, target.twin_id) == (target.order_id, stop.order_id)
    assert desk.position().stop_loss is None  # the row shows Full protection only


def test_a_partial_target_closes_its_part_and_cancels_its_own_stop(desk: Desk) -> None:
    desk.buy("0.1", stopLoss="59000", takeProfit="61000", **PARTIAL)
    desk.buy("0.2", stopLoss="58000", takeProfit="63000", **PARTIAL)
    desk.move(61_000)
    assert desk.position().size == Decimal("0.2")
    assert sorted(child.trigger.price for child in desk.open_orders() if child.trigger) == [
        58_000,
        63_000,
    ]


def test_a_partial_limit_target_rests_at_its_price_after_it_triggered(desk: Desk) -> None:
    legs = {"takeProfit": "61000", "tpOrderType": "Limit", "tpLimitPrice": "61500"}
    desk.buy("0.1", **legs, **PARTIAL)
    target = desk.children()["PartialTakeProfit"]
    desk.move(61_000)
    assert desk.now(target).status == "New"
    desk.move(61_600)
    assert desk.now(target).average_price == 61_500


def test_moving_one_leg_of_a_pair_unbinds_it(desk: Desk) -> None:
    desk.buy("0.1", stopLoss="59000", takeProfit="61000", **PARTIAL)
    desk.buy("0.1")
    children = desk.children()
    desk.amend(children["PartialTakeProfit"], triggerPrice="60500")
    desk.move(60_600)
    assert desk.now(children["PartialStopLoss"]).status == "Untriggered"


def test_a_stop_and_a_target_in_one_candle_resolve_to_the_stop(desk: Desk) -> None:
    desk.buy("0.1", stopLoss="59000", takeProfit="60500")
    desk.candle(60_000, 60_600, 58_900, 60_000)  # the target comes first on the path
    assert next(desk.exchange.executions("me")).stop_order_type == "StopLoss"
    assert desk.wallet.balance < 10_000


def test_a_target_alone_in_its_candle_is_taken(desk: Desk) -> None:
    desk.buy("0.1", stopLoss="59000", takeProfit="60500")
    desk.candle(60_000, 60_600, 59_500, 60_000)
    assert next(desk.exchange.executions("me")).stop_order_type == "TakeProfit"


def test_one_tick_that_fires_both_fires_the_stop(desk: Desk) -> None:
    desk.buy("0.1", stopLoss="59000", slTriggerBy="MarkPrice", takeProfit="61000")
    desk.move(61_500, mark=58_000)
    assert next(desk.exchange.executions("me")).stop_order_type == "StopLoss"


# trading-stop ---------------------------------------------------------------------------------


def test_stops_are_set_moved_and_removed_on_a_position(desk: Desk) -> None:
    desk.buy("0.1")
    desk.stops(tpslMode="Full", stopLoss="59000", takeProfit="62000")
    stop = desk.children()["StopLoss"]
    desk.stops(tpslMode="Full", stopLoss="59500")
    assert desk.position().stop_loss == 59_500
    assert desk.children()["StopLoss"].order_id == stop.order_id
    desk.stops(tpslMode="Full", takeProfit="0")
    assert list(desk.children()) == ["StopLoss"]


@pytest.mark.parametrize(
    ("params", "code", "text"),
    [
        ({"stopLoss": "59000"}, 34040, "not modified"),
        ({}, 34040, "not modified"),
        ({"takeProfit": "0"}, 34040, "not modified"),
        ({"stopLoss": "60500"}, 10001, "should lower than"),
        ({"takeProfit": "59000"}, 10001, "should be higher than"),
        ({"positionIdx": 1, "stopLoss": "58000"}, 10001, "position idx not match"),
        ({"symbol": "ETHUSDT", "stopLoss": "2900"}, 10001, "zero position"),
        ({"tpslMode": "Partial", "stopLoss": "58000"}, 10001, "tpSize/slSize invalid"),
        ({"tpslMode": "Partial", "stopLoss": "58000", "slSize": "1"}, 10001, "up to 0.1"),
        (
            {"tpslMode": "Partial", "stopLoss": "1", "slSize": "0.1", "tpSize": "0.05"},
            10001,
            "must be equal",
        ),
        ({"trailingStop": "0.05"}, 10001, "trailingStop invalid"),
        ({"trailingStop": "70000"}, 10001, "trailingStop invalid"),
        ({"trailingStop": "100", "activePrice": "59000"}, 10001, "winning side"),
    ],
)
def test_a_wrong_trading_stop_is_refused_and_changes_nothing(
    desk: Desk, refusal: Refusal, params: dict[str, object], code: int, text: str
) -> None:
    desk.buy("0.1", stopLoss="59000")
    before = desk.exchange.state_hash()
    refused = refusal(lambda: desk.stops(**params))
    assert refused[0] == code
    assert text in refused[1]
    assert desk.exchange.state_hash() == before


def test_the_twenty_first_partial_stop_is_refused(desk: Desk, refusal: Refusal) -> None:
    desk.buy("0.1")
    for number in range(20):
        desk.stops(stopLoss=str(58_000 + number), slSize="0.001", **PARTIAL)
    code, _ = refusal(lambda: desk.stops(stopLoss="57000", slSize="0.001", **PARTIAL))
    assert code == 110061


def test_a_trailing_stop_follows_the_best_price_and_closes_at_the_distance(desk: Desk) -> None:
    desk.buy("0.1")
    desk.stops(trailingStop="500")
    stop = desk.children()["TrailingStop"]
    assert desk.position().trailing_stop == 500
    desk.move(60_400, 61_000, 60_600)
    assert desk.now(stop).trigger == Trigger(Decimal(60_500), TriggerDirection.FALL)
    desk.move(60_500)
    assert desk.now(stop).status == "Filled"
    assert desk.position().size == 0


def test_a_trailing_stop_of_a_short_waits_for_its_activation_price(desk: Desk) -> None:
    desk.sell("0.1")
    desk.stops(trailingStop="500", activePrice="59000")
    desk.move(60_400, 59_100)
    assert desk.children()["TrailingStop"].trailing.extreme is None  # type: ignore[union-attr]
    desk.move(58_900, 59_300)
    assert desk.position().size == Decimal("0.1")
    desk.move(59_400)
    assert desk.position().size == 0


def test_a_trailing_stop_is_changed_and_removed(desk: Desk, refusal: Refusal) -> None:
    desk.buy("0.1")
    desk.stops(trailingStop="500")
    assert refusal(lambda: desk.stops(trailingStop="500"))[0] == 34040
    desk.stops(trailingStop="900")
    assert desk.position().trailing_stop == 900
    desk.stops(trailingStop="0")
    assert desk.children() == {}


def test_every_order_update_of_a_child_names_its_kind(desk: Desk) -> None:
    desk.buy("0.1", stopLoss="59000")
    desk.move(58_000)
    states = [
        event.order.status
        for event in desk.heard
        if isinstance(event, OrderUpdated) and event.order.stop_order_type == "StopLoss"
    ]
    assert states == ["Untriggered", "Triggered", "Filled"]
