"""Rows of the order endpoints as values, and an order request as parameters (bybit_v5.md §2.4)."""

from collections.abc import Sequence
from decimal import Decimal

from adapters.bybit import words
from adapters.bybit.parsing import Row, plain
from trading.orders import Order, OrderRequest, OrderStatus, OrderType, PositionIndex

_NOTHING_SAID = {"", "UNKNOWN", "EC_NoError"}
_POSITION_INDEXES = {str(index.value): index for index in PositionIndex}


def parameters_of(request: OrderRequest) -> dict[str, object]:
    """An order as parameters of order/create, with stop and target over the full position.

    Triggers are the last price, the price the candles and the stop were read from.
    """
    is_market = request.order_type is OrderType.MARKET
    parameters: dict[str, object] = {
        "category": "linear",
        "symbol": request.symbol,
        "side": words.SIDE_WORDS[request.side],
        "orderType": words.ORDER_TYPE_WORDS[request.order_type],
        "qty": plain(request.quantity),
        "timeInForce": "IOC" if is_market else words.TIME_IN_FORCE_WORDS[request.time_in_force],
        "positionIdx": int(request.position_index),
        "orderLinkId": request.link_id,
        "reduceOnly": request.reduce_only,
    }
    if request.price is not None:
        parameters["price"] = plain(request.price)
    return parameters | protection_parameters(request.stop_loss, request.take_profit)


def protection_parameters(
    stop_loss: Decimal | None, take_profit: Decimal | None
) -> dict[str, object]:
    """Stop and target as parameters; nothing for neither. A missing one is left as it is."""
    parameters: dict[str, object] = {}
    if stop_loss is not None:
        parameters |= {"stopLoss": plain(stop_loss), "slTriggerBy": "LastPrice"}
    if take_profit is not None:
        parameters |= {"takeProfit": plain(take_profit), "tpTriggerBy": "LastPrice"}
    return parameters | {"tpslMode": "Full"} if parameters else parameters


def order(row: Row) -> Order:
    """An order as the exchange reports it.

    The price of a market order is the exchange's slippage limit, not a price of ours, and is left
    out. leavesQty is not read: it is 0 on every closed order, filled or not.
    """
    order_type = words.order_type(row.text("orderType"))
    return Order(
        order_id=row.required_text("orderId"),
        link_id=row.text("orderLinkId"),
        symbol=row.required_text("symbol"),
        side=row.word("side", words.SIDES),
        order_type=order_type,
        status=words.order_status(row.text("orderStatus")),
        quantity=row.number("qty"),
        filled_quantity=row.number_or_zero("cumExecQty"),
        created_at=row.moment("createdTime"),
        updated_at=row.moment("updatedTime" if row.text("updatedTime") else "createdTime"),
        price=row.price_or_none("price") if order_type is OrderType.LIMIT else None,
        average_price=row.price_or_none("avgPrice"),
        trigger_price=row.price_or_none("triggerPrice"),
        stop_loss=row.price_or_none("stopLoss"),
        take_profit=row.price_or_none("takeProfit"),
        stop_kind=words.stop_kind(row.text("stopOrderType")),
        parent_link_id=row.text("parentOrderLinkId"),
        reduce_only=row.flag("reduceOnly"),
        position_index=position_index(row),
        reject_reason=_said(row, "rejectReason"),
        cancel_type=_said(row, "cancelType"),
    )


def order_from_executions(rows: Sequence[Row]) -> Order:
    """The order behind executions of one link id, when no order row can be found any more.

    Its status is FILLED when an execution left nothing open, else UNKNOWN: the rest may still be
    open or may have been cancelled.
    """
    first = min(rows, key=lambda row: row.moment("execTime"))
    filled = sum((row.number("execQty") for row in rows), Decimal(0))
    value = sum((row.number("execQty") * row.number("execPrice") for row in rows), Decimal(0))
    quantity = first.number("orderQty")
    return Order(
        order_id=first.required_text("orderId"),
        link_id=first.text("orderLinkId"),
        symbol=first.required_text("symbol"),
        side=first.word("side", words.SIDES),
        order_type=words.order_type(first.text("orderType")),
        status=OrderStatus.FILLED if filled >= quantity else OrderStatus.UNKNOWN,
        quantity=quantity,
        filled_quantity=filled,
        created_at=first.moment("execTime"),
        updated_at=max(row.moment("execTime") for row in rows),
        average_price=value / filled if filled else None,
    )


def position_index(row: Row) -> PositionIndex:
    """Which position a row belongs to; missing means the one of one-way mode."""
    index = row.word("positionIdx", _POSITION_INDEXES | {"": PositionIndex.ONE_WAY})
    return PositionIndex(index)


def _said(row: Row, name: str) -> str:
    text = row.text(name)
    return "" if text in _NOTHING_SAID else text
