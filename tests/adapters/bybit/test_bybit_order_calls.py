"""Orders: sent once with their protection, found wherever they are, cancelled without harm."""

from datetime import timedelta
from decimal import Decimal

import pytest

from adapters.bybit.gateway import BybitGateway
from adapters.bybit.parsing import moment_of_ms
from tests.adapters.bybit import payloads
from tests.adapters.bybit.scripted_exchange import (
    ANSWERED_AT_MS,
    Reply,
    ScriptedExchange,
    approved,
    entry,
    envelope,
    listed,
    ok,
)
from trading.errors import (
    ExchangeDuplicateError,
    ExchangeOutcomeUnknownError,
    ExchangeRefusedError,
    InvariantError,
)
from trading.orders import (
    Acknowledgement,
    OrderStatus,
    OrderType,
    PositionIndex,
    Side,
    StopKind,
    TimeInForce,
)

CREATE = "/v5/order/create"
AMEND = "/v5/order/amend"
CANCEL = "/v5/order/cancel"
CANCEL_ALL = "/v5/order/cancel-all"
REALTIME = "/v5/order/realtime"
HISTORY = "/v5/order/history"
EXECUTIONS = "/v5/execution/list"
LINK_ID = "at-entry-1"
NOW = moment_of_ms(ANSWERED_AT_MS)


def test_an_entry_is_sent_with_stop_and_target_over_the_full_position(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.script(CREATE, ok({"orderId": "o1", "orderLinkId": LINK_ID}))

    assert gateway.place(approved(entry())) == Acknowledgement("o1", LINK_ID)
    assert exchange.seen[0].body == {
        "category": "linear",
        "symbol": "BTCUSDT",
        "side": "Buy",
        "orderType": "Market",
        "qty": "0.010",
        "timeInForce": "IOC",
        "positionIdx": 0,
        "orderLinkId": LINK_ID,
        "reduceOnly": False,
        "stopLoss": "29000.0",
        "slTriggerBy": "LastPrice",
        "takeProfit": "33000.0",
        "tpTriggerBy": "LastPrice",
        "tpslMode": "Full",
    }


@pytest.mark.parametrize(
    ("time_in_force", "word"),
    [
        (TimeInForce.GOOD_TILL_CANCELLED, "GTC"),
        (TimeInForce.IMMEDIATE_OR_CANCEL, "IOC"),
        (TimeInForce.FILL_OR_KILL, "FOK"),
        (TimeInForce.POST_ONLY, "PostOnly"),
    ],
)
def test_a_limit_order_carries_its_price_and_how_long_it_rests(
    exchange: ScriptedExchange, gateway: BybitGateway, time_in_force: TimeInForce, word: str
) -> None:
    exchange.script(CREATE, ok({"orderId": "o1", "orderLinkId": LINK_ID}))
    order = entry(
        order_type=OrderType.LIMIT,
        price=Decimal("0.00001230"),
        stop_loss=Decimal("0.00001"),
        take_profit=None,
        time_in_force=time_in_force,
        quantity=Decimal("1E+3"),
    )

    gateway.place(approved(order))

    body = exchange.seen[0].body
    assert (body["price"], body["qty"], body["timeInForce"]) == ("0.00001230", "1000", word)
    assert "takeProfit" not in body


def test_a_closing_order_is_reduce_only_and_carries_no_protection(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.script(CREATE, ok({"orderId": "o1", "orderLinkId": LINK_ID}))
    order = entry(
        side=Side.SELL,
        reduce_only=True,
        stop_loss=None,
        take_profit=None,
        position_index=PositionIndex.HEDGE_LONG,
    )

    gateway.place(approved(order))

    body = exchange.seen[0].body
    assert (body["reduceOnly"], body["positionIdx"], body["side"]) == (True, 1, "Sell")
    assert {"stopLoss", "takeProfit", "tpslMode"}.isdisjoint(body)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"", 502),
        Reply(b"", how="reset"),
        ok({}),
        ok({"orderId": "", "orderLinkId": LINK_ID}),
        ok({"orderId": "o1", "orderLinkId": "another"}),
        envelope(110043, "not modified"),
    ],
    ids=["502", "reset", "no ids", "no order id", "another's order", "a word of another request"],
)
def test_an_order_without_its_own_acknowledgement_is_unknown_and_sent_once(
    exchange: ScriptedExchange, gateway: BybitGateway, reply: Reply
) -> None:
    exchange.script(CREATE, reply)

    with pytest.raises(ExchangeOutcomeUnknownError):
        gateway.place(approved(entry()))
    assert len(exchange.calls(CREATE)) == 1


def test_a_duplicate_says_so_by_its_type(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.script(CREATE, envelope(110072, "OrderLinkedID is duplicate"))

    with pytest.raises(ExchangeDuplicateError) as raised:
        gateway.place(approved(entry()))
    assert raised.value.code == 110072


def look_up(exchange: ScriptedExchange, *, realtime: Reply, history: Reply, fills: Reply) -> None:
    exchange.script(REALTIME, realtime)
    exchange.script(HISTORY, history)
    exchange.script(EXECUTIONS, fills)


def test_a_recent_order_is_found_first(exchange: ScriptedExchange, gateway: BybitGateway) -> None:
    look_up(exchange, realtime=listed(payloads.ORDER), history=listed(), fills=listed())

    order = gateway.order_by_link_id("BTCUSDT", LINK_ID)

    assert order is not None
    assert order.status is OrderStatus.NEW
    assert exchange.calls(HISTORY) == []
    assert exchange.seen[0].query == {
        "category": "linear",
        "symbol": "BTCUSDT",
        "orderLinkId": LINK_ID,
    }


def test_an_order_the_exchange_forgot_over_a_restart_is_found_in_the_history(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    filled = payloads.ORDER | {"orderStatus": "Filled", "cumExecQty": "0.10"}
    look_up(exchange, realtime=listed(), history=listed(filled), fills=listed())

    order = gateway.order_by_link_id("BTCUSDT", LINK_ID)

    assert order is not None
    assert order.status is OrderStatus.FILLED


def test_an_order_only_its_executions_remember_is_found_and_counted_once(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    look_up(
        exchange,
        realtime=listed(),
        history=listed(),
        fills=listed(payloads.EXECUTION, payloads.EXECUTION),
    )

    order = gateway.order_by_link_id("BTCUSDT", LINK_ID)

    assert order is not None
    assert (order.status, order.filled_quantity) == (OrderStatus.FILLED, Decimal("0.1"))


def test_an_order_that_is_nowhere_is_none_after_all_three_were_asked(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    look_up(exchange, realtime=listed(), history=listed(), fills=listed())

    assert gateway.order_by_link_id("BTCUSDT", LINK_ID) is None
    assert [seen.path for seen in exchange.seen] == [REALTIME, HISTORY, EXECUTIONS]


def test_rows_of_other_orders_are_never_taken_for_ours(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    other = listed(payloads.ORDER | {"orderLinkId": "another"})
    fills = listed(payloads.EXECUTION | {"orderLinkId": ""})
    look_up(exchange, realtime=other, history=other, fills=fills)

    assert gateway.order_by_link_id("BTCUSDT", LINK_ID) is None


def test_open_orders_include_stops_and_leave_out_what_is_closed(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    cancelled = payloads.ORDER | {"orderId": "gone", "orderStatus": "Cancelled"}
    exchange.script(
        REALTIME,
        listed(payloads.ORDER, cancelled, cursor="page_args%3D1%26"),
        listed(payloads.STOP_CHILD, payloads.ORDER),
    )

    orders = gateway.open_orders()

    assert [order.stop_kind for order in orders] == [None, StopKind.STOP_LOSS]


def test_the_order_history_comes_oldest_first_and_once(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    older = payloads.ORDER | {"orderId": "older", "createdTime": "1684738540000"}
    exchange.script(HISTORY, listed(payloads.ORDER, older, payloads.ORDER))

    orders = gateway.order_history_since(NOW - timedelta(days=2))

    assert [order.order_id for order in orders] == ["older", payloads.ORDER["orderId"]]


def test_an_amendment_sends_what_changes_only(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.script(AMEND, ok({"orderId": "o1", "orderLinkId": LINK_ID}))

    gateway.amend("BTCUSDT", LINK_ID, price=Decimal("30100.0"))

    assert exchange.seen[0].body == {
        "category": "linear",
        "symbol": "BTCUSDT",
        "orderLinkId": LINK_ID,
        "price": "30100.0",
    }


def test_an_amendment_of_nothing_is_a_mistake_of_ours(gateway: BybitGateway) -> None:
    with pytest.raises(InvariantError, match="give at least one"):
        gateway.amend("BTCUSDT", LINK_ID)


@pytest.mark.parametrize(
    ("changes", "standing", "succeeds"),
    [
        ({"price": Decimal(30000)}, payloads.ORDER, True),
        ({"price": Decimal(30000), "quantity": Decimal("0.1")}, payloads.ORDER, True),
        ({"price": Decimal(30001)}, payloads.ORDER, False),
        ({"quantity": Decimal("0.2")}, payloads.ORDER, False),
        ({"price": Decimal(30000)}, payloads.ORDER | {"orderStatus": "Filled"}, False),
    ],
)
def test_not_modified_is_a_success_only_if_the_order_stands_as_wanted(
    exchange: ScriptedExchange,
    gateway: BybitGateway,
    changes: dict[str, Decimal],
    standing: dict[str, object],
    succeeds: bool,
) -> None:
    exchange.script(AMEND, envelope(10001, "order not modified"))
    exchange.script(REALTIME, listed(standing))

    if succeeds:
        gateway.amend("BTCUSDT", LINK_ID, **changes)
        return
    with pytest.raises(ExchangeRefusedError):
        gateway.amend("BTCUSDT", LINK_ID, **changes)


def test_an_amendment_of_a_closed_order_is_refused(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.script(AMEND, envelope(110001, "order not exists or too late to replace"))

    with pytest.raises(ExchangeRefusedError, match="no such open order"):
        gateway.amend("BTCUSDT", LINK_ID, price=Decimal(1))


@pytest.mark.parametrize("code", [0, 110001, 110008, 110010])
def test_an_order_that_is_not_open_needs_no_cancelling(
    exchange: ScriptedExchange, gateway: BybitGateway, code: int
) -> None:
    exchange.script(CANCEL, envelope(code, "too late"))

    gateway.cancel("BTCUSDT", LINK_ID)

    assert exchange.seen[0].body["orderLinkId"] == LINK_ID


@pytest.mark.parametrize("code", [0, 110001])
def test_what_was_left_over_is_cancelled_by_the_exchanges_id(
    exchange: ScriptedExchange, gateway: BybitGateway, code: int
) -> None:
    exchange.script(CANCEL, envelope(code, "said"))

    gateway.cancel_left_over("BTCUSDT", "stop-1")

    assert exchange.seen[0].body == {
        "category": "linear",
        "symbol": "BTCUSDT",
        "orderId": "stop-1",
    }


def test_what_cannot_be_cancelled_is_refused(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.script(CANCEL, envelope(10001, "symbol invalid"))

    with pytest.raises(ExchangeRefusedError):
        gateway.cancel_left_over("NOPE", "stop-1")


def test_a_cancellation_that_is_wrong_is_refused(
    exchange: ScriptedExchange, gateway: BybitGateway
) -> None:
    exchange.script(CANCEL, envelope(10001, "symbol invalid"))

    with pytest.raises(ExchangeRefusedError):
        gateway.cancel("NOPE", LINK_ID)


@pytest.mark.parametrize(
    ("symbol", "scope"), [("BTCUSDT", {"symbol": "BTCUSDT"}), (None, {"settleCoin": "USDT"})]
)
def test_cancelling_entries_always_spares_stops_and_targets(
    exchange: ScriptedExchange,
    gateway: BybitGateway,
    symbol: str | None,
    scope: dict[str, object],
) -> None:
    exchange.script(CANCEL_ALL, ok({"list": [], "success": "1"}))

    gateway.cancel_entries(symbol)

    assert exchange.seen[0].body == {"category": "linear", "orderFilter": "Order"} | scope


def test_the_picture_of_a_gateway_shows_the_address_only(gateway: BybitGateway) -> None:
    assert repr(gateway).startswith("BybitGateway(BybitTransport('http://127.0.0.1:")
