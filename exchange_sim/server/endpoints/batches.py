"""Orders in batches: every item succeeds or fails for itself (spec 2.4, limits in 1.2)."""

from collections.abc import Callable, Mapping

from exchange_sim.engine.errors import VenueError, invalid
from exchange_sim.engine.order_model import Order
from exchange_sim.engine.requests import AmendRequest, CancelRequest, OrderRequest
from exchange_sim.server.calls import Call
from exchange_sim.server.codes import TOO_MANY_VISITS, WireCode
from exchange_sim.server.messages import Answer
from exchange_sim.server.numbers import Row

MAX_BATCH = 20
Work = Callable[[Mapping[str, object]], Order]


def create_batch(call: Call) -> Answer:
    """POST /v5/order/create-batch: at most 20 orders; failed items have no order id."""

    def create(item: Mapping[str, object]) -> Order:
        return call.exchange.create_order(call.account, OrderRequest.parse(item))

    answer = _work_through(call, create)
    created = str(call.now_ms)
    rows = answer.result["list"]
    assert isinstance(rows, list)
    for row in rows:
        row["createAt"] = created if row["orderId"] else ""
    return answer


def amend_batch(call: Call) -> Answer:
    """POST /v5/order/amend-batch."""

    def amend(item: Mapping[str, object]) -> Order:
        return call.exchange.amend_order(call.account, AmendRequest.parse(item))

    return _work_through(call, amend)


def cancel_batch(call: Call) -> Answer:
    """POST /v5/order/cancel-batch."""

    def cancel(item: Mapping[str, object]) -> Order:
        return call.exchange.cancel_order(call.account, CancelRequest.parse(item))

    return _work_through(call, cancel)


def _work_through(call: Call, work: Work) -> Answer:
    items = _items(call)
    # The request itself took one unit, so a batch asks for the rest of its orders only.
    granted = 1 + call.take_units(len(items) - 1)
    rows: list[Row] = []
    codes: list[Row] = []
    for number, item in enumerate(items):
        row, code = _outcome(item, work) if number < granted else _over_limit(item)
        rows.append(row)
        codes.append(code)
    return Answer({"list": rows}, {"list": codes})


def _items(call: Call) -> list[Mapping[str, object]]:
    call.parameters.require_linear()
    items = call.parameters.values.get("request")
    if not isinstance(items, list) or not 1 <= len(items) <= MAX_BATCH:
        size = len(items) if isinstance(items, list) else 0
        raise invalid(f"params error: request invalid: {size} orders; a batch has 1 to 20")
    if not all(isinstance(item, dict) for item in items):
        raise invalid("params error: request invalid: an item is not a JSON object")
    return items


def _outcome(item: Mapping[str, object], work: Work) -> tuple[Row, Row]:
    try:
        order = work(item)
    except VenueError as refusal:
        return _row(item, ""), {"code": refusal.code, "msg": refusal.message}
    row = _row(item, order.order_id) | {"orderLinkId": order.link_id}
    return row, {"code": int(WireCode.OK), "msg": "OK"}


def _over_limit(item: Mapping[str, object]) -> tuple[Row, Row]:
    return _row(item, ""), {"code": int(WireCode.TOO_MANY_VISITS), "msg": TOO_MANY_VISITS}


def _row(item: Mapping[str, object], order_id: str) -> Row:
    return {
        "category": "linear",
        "symbol": str(item.get("symbol") or ""),
        "orderId": order_id,
        "orderLinkId": str(item.get("orderLinkId") or ""),
    }
