"""Execution rows: execution/list, topics `execution` and `execution.fast` (spec 2.4, 3.2)."""

from exchange_sim.engine.model import Execution
from exchange_sim.server.numbers import Row, amount, plain


def execution_row(execution: Execution) -> Row:
    """The REST row of a fill, a forced close or a funding payment."""
    return _facts(execution) | _order_facts(execution) | _unused()


def execution_push(execution: Execution) -> Row:
    """The row of the private topic `execution`: the REST row and four fields more."""
    return execution_row(execution) | {
        "category": "linear",
        "isLeverage": "0",
        "marketUnit": "",
        "execPnl": amount(execution.realised),
    }


def fast_execution_push(execution: Execution) -> Row:
    """The short row of `execution.fast`; a maker's fill does not tell its link id there."""
    return {
        "category": "linear",
        "symbol": execution.symbol,
        "execId": execution.execution_id,
        "execPrice": plain(execution.price),
        "execQty": plain(execution.quantity),
        "orderId": execution.order_id,
        "isMaker": execution.is_maker,
        "orderLinkId": "" if execution.is_maker else execution.order_link_id,
        "side": execution.side.value,
        "execTime": str(execution.time_ms),
        "seq": execution.seq,
    }


def _facts(execution: Execution) -> Row:
    return {
        "symbol": execution.symbol,
        "side": execution.side.value,
        "execId": execution.execution_id,
        "execType": execution.exec_type.value,
        "execPrice": plain(execution.price),
        "execQty": plain(execution.quantity),
        "execValue": amount(execution.value),
        "execFee": amount(execution.fee),
        "feeRate": plain(execution.fee_rate),
        "feeCurrency": "USDT",
        "execTime": str(execution.time_ms),
        "isMaker": execution.is_maker,
        "closedSize": plain(execution.closed_size),
        "markPrice": plain(execution.mark_price),
        "seq": execution.seq,
    }


def _order_facts(execution: Execution) -> Row:
    return {
        "orderId": execution.order_id,
        "orderLinkId": execution.order_link_id,
        "orderPrice": plain(execution.order_price),
        "orderQty": plain(execution.order_quantity),
        "leavesQty": plain(execution.leaves_quantity),
        "orderType": execution.order_type.value,
        "stopOrderType": execution.stop_order_type.value or "UNKNOWN",
        "createType": execution.create_type.value,
    }


def _unused() -> Row:
    """Fields of options, spot and block trades that linear rows carry all the same."""
    return {
        "indexPrice": "",
        "underlyingPrice": "",
        "tradeIv": "",
        "markIv": "",
        "blockTradeId": "",
        "extraFees": "",
    }
