"""Orders one at a time: create, amend, cancel, cancel-all, realtime, history (spec 2.4)."""

from collections.abc import Iterable
from itertools import islice

from exchange_sim.engine.errors import invalid
from exchange_sim.engine.order_model import Order
from exchange_sim.engine.requests import (
    AmendRequest,
    CancelAllRequest,
    CancelRequest,
    OrderRequest,
)
from exchange_sim.engine.vocabulary import StopOrderType
from exchange_sim.server.calls import Call, lists_linear
from exchange_sim.server.messages import Answer
from exchange_sim.server.paging import Mark, listing, page
from exchange_sim.server.rows.order_rows import order_acknowledgement, order_row
from exchange_sim.server.windows import still_shown, window_of

RECENT_CLOSED = 500  # how many finished orders order/realtime still knows
_FILTERS = frozenset({"Order", "StopOrder", "tpslOrder", "OcoOrder", "BidirectionalTpslOrder"})


def create(call: Call) -> Answer:
    """POST /v5/order/create."""
    call.parameters.require_linear()
    request = OrderRequest.parse(call.parameters.values)
    return Answer(order_acknowledgement(call.exchange.create_order(call.account, request)))


def amend(call: Call) -> Answer:
    """POST /v5/order/amend."""
    call.parameters.require_linear()
    request = AmendRequest.parse(call.parameters.values)
    return Answer(order_acknowledgement(call.exchange.amend_order(call.account, request)))


def cancel(call: Call) -> Answer:
    """POST /v5/order/cancel."""
    call.parameters.require_linear()
    request = CancelRequest.parse(call.parameters.values)
    return Answer(order_acknowledgement(call.exchange.cancel_order(call.account, request)))


def cancel_all(call: Call) -> Answer:
    """POST /v5/order/cancel-all."""
    call.parameters.require_linear()
    request = CancelAllRequest.parse(call.parameters.values)
    cancelled = call.exchange.cancel_all(call.account, request)
    rows = [order_acknowledgement(order) for order in cancelled]
    return Answer({"list": rows, "success": "1"})


@lists_linear
def realtime(call: Call) -> Answer:
    """GET /v5/order/realtime: open orders, or the last 500 finished ones.

    An order asked for by id is returned in any state, so that an acknowledged order is visible
    at once; a finished one only while it is among the last 500.
    """
    parameters = call.parameters
    found = _by_id(call)
    if found is not None:
        shown = [order for order in found if order.is_open or order in _recent_closed(call)]
        return Answer(listing([order_row(order) for order in shown], ""))
    if not any(parameters.text(name) for name in ("symbol", "baseCoin", "settleCoin")):
        raise invalid("params error: symbol, settleCoin or baseCoin is required")
    finished = parameters.choice("openOnly", frozenset("012"), default="0") != "0"
    orders = _recent_closed(call) if finished else call.reads.open_orders(call.account)
    return _listed(call, orders)


@lists_linear
def history(call: Call) -> Answer:
    """GET /v5/order/history: finished orders of a window, as far as history still shows them."""
    parameters = call.parameters
    window = window_of(parameters, call.now_ms)
    status = parameters.text("orderStatus")
    found = _by_id(call)
    closed = (
        (order for order in found if not order.is_open)
        if found is not None
        else call.reads.closed_orders(call.account)
    )
    shown = (
        order
        for order in closed
        if window.covers(order.created_ms)
        and still_shown(order, call.now_ms)
        and status in {"", order.status.value}
    )
    return _listed(call, shown)


def _by_id(call: Call) -> list[Order] | None:
    """The one order named by id or link id (the id wins), none, or None if none was named."""
    order_id, link_id = call.parameters.text("orderId"), call.parameters.text("orderLinkId")
    if not order_id and not link_id:
        return None
    symbol = call.parameters.symbol(call.market)
    order = call.reads.order(call.account, order_id=order_id, link_id=link_id)
    return [order] if order is not None and symbol in {"", order.symbol} else []


def _recent_closed(call: Call) -> list[Order]:
    return list(islice(call.reads.closed_orders(call.account), RECENT_CLOSED))


def _listed(call: Call, orders: Iterable[Order]) -> Answer:
    limit = call.parameters.limit(default=20, maximum=50)
    cursor = call.parameters.text("cursor")
    rows, following = page(_filtered(call, orders), _mark, limit, cursor)
    return Answer(listing([order_row(order) for order in rows], following))


def _filtered(call: Call, orders: Iterable[Order]) -> Iterable[Order]:
    symbol = call.parameters.symbol(call.market)
    base_coin, settle_coin = call.parameters.text("baseCoin"), call.parameters.text("settleCoin")
    kind = call.parameters.choice("orderFilter", _FILTERS)
    for order in orders:
        plain_order = order.stop_order_type is StopOrderType.NONE
        if symbol not in {"", order.symbol} or settle_coin not in {"", "USDT"}:
            continue
        if base_coin and call.market.instrument(order.symbol).base_coin != base_coin:
            continue
        if kind == "" or (kind == "Order") == plain_order:
            yield order


def _mark(order: Order) -> Mark:
    return order.created_ms, order.order_id
