"""Order rows: order/realtime, order/history and the private topic `order` (spec 2.4, 3.2)."""

from exchange_sim.engine.order_model import Leg, Order
from exchange_sim.server.numbers import Row, amount, amount_or_empty, plain, plain_or_empty


def order_row(order: Order) -> Row:
    """The REST row of an order."""
    return (
        _identity(order)
        | _terms(order)
        | _progress(order)
        | _conditions(order)
        | _protection(order)
        | _unused()
    )


def order_push(order: Order) -> Row:
    """The row of the private topic: the REST row and four fields more."""
    return order_row(order) | {
        "category": "linear",
        "closedPnl": amount(order.closed_pnl),
        "feeCurrency": "USDT",
        "brokerOrderPrice": "",
    }


def order_acknowledgement(order: Order) -> Row:
    """What create, amend and cancel answer: the two ids, nothing about the outcome."""
    return {"orderId": order.order_id, "orderLinkId": order.link_id}


def _identity(order: Order) -> Row:
    return {
        "orderId": order.order_id,
        "orderLinkId": order.link_id,
        "parentOrderLinkId": order.parent_link_id,
        "symbol": order.symbol,
        "createType": order.create_type.value,
        "createdTime": str(order.created_ms),
        "updatedTime": str(order.updated_ms),
    }


def _terms(order: Order) -> Row:
    return {
        "side": order.side.value,
        "orderType": order.order_type.value,
        "price": plain_or_empty(order.price),
        "qty": plain(order.quantity),
        "timeInForce": order.time_in_force.value,
        "positionIdx": order.position_idx,
        "reduceOnly": order.reduce_only,
        "closeOnTrigger": order.close_on_trigger,
        "lastPriceOnCreated": plain(order.last_price_on_created),
        "smpType": order.smp_type,
        "slippageToleranceType": order.slippage.kind if order.slippage else "UNKNOWN",
        "slippageTolerance": plain(order.slippage.value) if order.slippage else "",
    }


def _progress(order: Order) -> Row:
    fee = amount(order.filled_fee)
    return {
        "orderStatus": order.status.value,
        "cancelType": order.cancel_type.value,
        "rejectReason": order.reject_reason.value,
        "avgPrice": amount_or_empty(order.average_price),
        "leavesQty": plain(order.leaves_quantity),
        "leavesValue": amount(order.leaves_value),
        "cumExecQty": plain(order.filled_quantity),
        "cumExecValue": amount(order.filled_value),
        "cumExecFee": fee,
        "cumFeeDetail": {"USDT": fee} if order.filled_quantity else {},
    }


def _conditions(order: Order) -> Row:
    trigger = order.trigger
    return {
        "stopOrderType": order.stop_order_type.value,
        "triggerPrice": plain(trigger.price) if trigger else "",
        "triggerDirection": int(trigger.direction) if trigger else 0,
        "triggerBy": trigger.by.value if trigger else "",
    }


def _protection(order: Order) -> Row:
    protection = order.protection
    mode = protection.mode if protection else order.tpsl_mode
    return {
        "tpslMode": mode.value if mode else "",
        **_leg("takeProfit", "tp", protection.take_profit),
        **_leg("stopLoss", "sl", protection.stop_loss),
    }


def _leg(name: str, short: str, leg: Leg | None) -> Row:
    return {
        name: plain(leg.price) if leg else "",
        f"{short}LimitPrice": plain_or_empty(leg.limit_price) if leg else "",
        f"{short}TriggerBy": leg.by.value if leg else "",
    }


def _unused() -> Row:
    """Fields of other products that every linear row carries all the same."""
    return {
        "blockTradeId": "",
        "isLeverage": "",
        "orderIv": "",
        "marketUnit": "",
        "ocoTriggerBy": "",
        "placeType": "",
        "smpGroup": 0,
        "smpOrderId": "",
        "extraFees": "",
        "rpiTakerAccess": False,
        "rpiMatchedQty": "0",
    }
