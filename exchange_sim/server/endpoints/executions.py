"""What was filled: execution/list (spec 2.4)."""

from collections.abc import Callable

from exchange_sim.engine.model import Execution
from exchange_sim.server.calls import Call, lists_linear
from exchange_sim.server.messages import Answer
from exchange_sim.server.paging import listing, page
from exchange_sim.server.rows.execution_rows import execution_row
from exchange_sim.server.windows import window_of


@lists_linear
def execution_list(call: Call) -> Answer:
    """GET /v5/execution/list; an order id or link id overrides every other filter."""
    parameters = call.parameters
    wanted = _of_order(call) or _of_window(call)
    limit = parameters.limit(default=50, maximum=100)
    rows, cursor = page(
        filter(wanted, call.reads.executions(call.account)),
        lambda execution: (execution.time_ms, execution.execution_id),
        limit,
        parameters.text("cursor"),
    )
    return Answer(listing([execution_row(row) for row in rows], cursor))


def _of_order(call: Call) -> Callable[[Execution], bool] | None:
    order_id, link_id = call.parameters.text("orderId"), call.parameters.text("orderLinkId")
    if order_id:
        return lambda execution: execution.order_id == order_id
    if link_id:
        return lambda execution: execution.order_link_id == link_id
    return None


def _of_window(call: Call) -> Callable[[Execution], bool]:
    parameters = call.parameters
    symbol = parameters.symbol(call.market)
    kind = parameters.text("execType")
    settles = parameters.text("settleCoin") in {"", "USDT"}
    window = window_of(parameters, call.now_ms)

    def wanted(execution: Execution) -> bool:
        return (
            settles
            and window.covers(execution.time_ms)
            and symbol in {"", execution.symbol}
            and kind in {"", execution.exec_type.value}
        )

    return wanted
