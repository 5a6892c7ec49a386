"""Turns a conditional order whose price was reached into a working one."""

from dataclasses import replace
from decimal import Decimal

from exchange_sim.engine.accounts import Account
from exchange_sim.engine.announcing import announce_order
from exchange_sim.engine.ending import end_order
from exchange_sim.engine.order_margin import only_closes
from exchange_sim.engine.order_model import Order
from exchange_sim.engine.placing_margin import shortage
from exchange_sim.engine.price_limits import nearest_allowed, worst_market_price
from exchange_sim.engine.protection import twin_of
from exchange_sim.engine.stages import StagePlan
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.vocabulary import CancelType, OrderStatus, OrderType, RejectReason
from exchange_sim.engine.working import work_order

_TRIGGERED = frozenset({"tpsl.trigger_partial_fill", "tpsl.trigger_no_liquidity"})


def activate(venue: Venue, account: Account, order: Order) -> None:
    """Trigger `order`: cancel its OCO twin, check its margin, work it."""
    triggered = replace(order, status=OrderStatus.TRIGGERED, updated_ms=venue.now_ms)
    account.orders.put(triggered)
    announce_order(venue, account, triggered)
    _cancel_twin(venue, account, triggered)
    working = replace(triggered, status=OrderStatus.NEW, price=_working_price(venue, triggered))
    account.orders.put(working)
    if not only_closes(working) and shortage(venue, account, working) is not None:
        end_order(venue, account, working, CancelType.UNKNOWN, RejectReason.OTHERS)
        return
    if _fails(venue, account, working):
        return
    if working.order_type is OrderType.LIMIT:
        announce_order(venue, account, working)
    work_order(venue, account, working)


def _fails(venue: Venue, account: Account, order: Order) -> bool:
    """Whether a stop or target that triggered finds nobody; it may also find too few."""
    if not order.stop_order_type.protects:
        return False
    trouble = venue.trouble(_TRIGGERED, account, order)
    if trouble is None:
        return False
    if trouble.name == "tpsl.trigger_partial_fill":
        venue.plans[order.order_id] = StagePlan((trouble.number("fraction"),), ends=True)
        return False
    reason = RejectReason.NO_IMMEDIATE_QUANTITY
    end_order(venue, account, order, CancelType.UNKNOWN, reason)
    return True


def _working_price(venue: Venue, order: Order) -> Decimal:
    instrument, tick = venue.instrument(order.symbol), venue.tick(order.symbol)
    if order.order_type is OrderType.MARKET:
        return worst_market_price(instrument, tick, order.side, order.slippage)
    assert order.price is not None
    return nearest_allowed(instrument, tick, order.side, order.price)


def _cancel_twin(venue: Venue, account: Account, order: Order) -> None:
    twin = twin_of(account, order)
    if twin is None:
        return
    reason = (
        CancelType.TAKE_PROFIT_BY_STOP_LOSS
        if order.stop_order_type.limits_loss
        else CancelType.STOP_LOSS_BY_TAKE_PROFIT
    )
    end_order(venue, account, twin, reason)
