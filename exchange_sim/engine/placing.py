"""Takes a new order: what a request means as an order, whether it is accepted, and its start."""

import re
from dataclasses import replace
from decimal import Decimal

from exchange_sim.engine.accounts import Account
from exchange_sim.engine.announcing import announce_order, announce_position
from exchange_sim.engine.disturbances import Disturbance
from exchange_sim.engine.entry_trouble import befall, reshape
from exchange_sim.engine.errors import RetCode, VenueError, invalid
from exchange_sim.engine.leg_checks import read_legs
from exchange_sim.engine.order_checks import check_order, check_position_idx
from exchange_sim.engine.order_margin import only_closes
from exchange_sim.engine.order_model import ZERO, Order, Slippage, Trigger
from exchange_sim.engine.price_limits import nearest_allowed, worst_market_price
from exchange_sim.engine.requests import OrderRequest
from exchange_sim.engine.valuation import only_reduces
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.vocabulary import (
    OrderStatus,
    OrderType,
    StopOrderType,
    TimeInForce,
    TriggerBy,
)
from exchange_sim.engine.working import work_order

_LINK_ID = re.compile(r"[A-Za-z0-9_-]{1,36}")
_SLIPPAGE_RANGES = {
    "TickSize": (Decimal(1), Decimal(10_000)),
    "Percent": (Decimal("0.01"), Decimal(10)),
}


def draft_order(venue: Venue, account: Account, request: OrderRequest) -> Order:
    """The order a request asks for, checked; nothing is changed yet and it has no id.

    Raises: VenueError with the code of the first check that fails (spec 2.4).
    """
    venue.instrument(request.symbol)
    if request.order_type is OrderType.UNKNOWN:
        raise invalid("params error: orderType invalid: it is Market or Limit")
    _check_link_id(account, request.link_id)
    order = _with_price(venue, _plain_order(venue, request))
    _check_trading(venue, account, order)
    check_position_idx(account, order.symbol, order.position_idx)
    if request.closes_everything:
        order = _closing_everything(venue, account, order)
    check_order(venue, account, order)
    return _within_limits(venue, order)


def enter_order(
    venue: Venue, account: Account, draft: Order, trouble: Disturbance | None = None
) -> Order:
    """Put a checked draft on the venue and work it at once; the order afterwards."""
    order = replace(reshape(venue, draft, trouble), order_id=venue.ids.next_uuid())
    account.orders.put(order)
    venue.live.add(order.symbol)
    # A market order is first told as filled: it has no life before that.
    if order.is_waiting or order.order_type is OrderType.LIMIT:
        announce_order(venue, account, order)
        announce_position(venue, account, order.symbol, order.position_idx)
    if trouble is not None:
        order = befall(venue, account, order, trouble)
    if order.is_waiting or not order.is_open:
        return order
    return work_order(venue, account, order)


def _check_trading(venue: Venue, account: Account, order: Order) -> None:
    refusal = venue.instruments[order.symbol].refusal
    if not refusal and not account.reduce_only:
        return
    if refusal == RetCode.NOT_TRADING:
        raise VenueError(RetCode.NOT_TRADING, f"{order.symbol} is not trading now")
    if only_reduces(venue, account, order.symbol) and not only_closes(order):
        raise VenueError(
            RetCode.ONLY_REDUCING,
            "Currently, you can only reduce your position on this contract: " + order.symbol,
        )


def _check_link_id(account: Account, link_id: str) -> None:
    if not link_id:
        return
    if not _LINK_ID.fullmatch(link_id):
        raise invalid(
            f"params error: orderLinkId invalid: {link_id[:60]!r} ({len(link_id)} characters); "
            "allowed are 1 to 36 of A-Z a-z 0-9 _ -"
        )
    if account.orders.knows_link(link_id):
        raise VenueError(RetCode.DUPLICATE_LINK_ID, "OrderLinkedID is duplicate")


def _plain_order(venue: Venue, request: OrderRequest) -> Order:
    trigger, market = _trigger(request), request.order_type is OrderType.MARKET
    protection = read_legs(request, request.tpsl_mode)
    return Order(
        order_id="",
        link_id=request.link_id,
        symbol=request.symbol,
        side=request.side,
        order_type=request.order_type,
        quantity=request.quantity,
        price=request.price,
        time_in_force=TimeInForce.IOC if market else request.time_in_force or TimeInForce.GTC,
        position_idx=request.position_idx or 0,
        reduce_only=request.reduce_only or request.close_on_trigger,
        close_on_trigger=request.close_on_trigger,
        trigger=trigger,
        protection=protection,
        tpsl_mode=protection.mode if protection else None,
        slippage=_slippage(request),
        smp_type=request.smp_type or "None",
        status=OrderStatus.UNTRIGGERED if trigger else OrderStatus.NEW,
        stop_order_type=StopOrderType.STOP if trigger else StopOrderType.NONE,
        last_price_on_created=venue.tick(request.symbol).last,
        created_ms=venue.now_ms,
        updated_ms=venue.now_ms,
    )


def _trigger(request: OrderRequest) -> Trigger | None:
    if not request.trigger_price:
        return None
    if request.trigger_direction is None:
        raise invalid("params error: triggerDirection invalid: a triggerPrice needs 1 or 2")
    by = request.trigger_by or TriggerBy.LAST
    return Trigger(request.trigger_price, request.trigger_direction, by)


def _slippage(request: OrderRequest) -> Slippage | None:
    kind, value = request.slippage_kind, request.slippage_value
    if kind is None or kind in {"UNKNOWN", ""}:
        return None
    if kind not in _SLIPPAGE_RANGES or request.order_type is not OrderType.MARKET:
        raise VenueError(
            RetCode.SLIPPAGE_KIND,
            f"slippageToleranceType invalid: {kind!r} for a {request.order_type} order; "
            "TickSize and Percent are allowed, for market orders",
        )
    low, high = _SLIPPAGE_RANGES[kind]
    if value is None or not low <= value <= high:
        raise VenueError(
            RetCode.SLIPPAGE_RANGE,
            f"slippageTolerance invalid: {value}; {kind} takes {low}..{high}",
        )
    return Slippage(kind, value)


def _with_price(venue: Venue, order: Order) -> Order:
    if order.order_type is OrderType.LIMIT:
        if not order.price:
            raise invalid("params error: price invalid: a Limit order needs one")
        return order
    # A waiting market order gets its worst price when it triggers, from the prices of then.
    if order.is_waiting:
        return replace(order, price=None)
    instrument, tick = venue.instrument(order.symbol), venue.tick(order.symbol)
    return replace(order, price=worst_market_price(instrument, tick, order.side, order.slippage))


def _closing_everything(venue: Venue, account: Account, order: Order) -> Order:
    holding = account.holding(order.symbol, order.position_idx)
    held = holding.size if holding.side is order.side.opposite else ZERO
    if not held:
        text = "current position is zero, cannot fix reduce-only order qty"
        raise VenueError(RetCode.REDUCE_ONLY, text)
    instrument = venue.instrument(order.symbol)
    market = order.order_type is OrderType.MARKET
    most = instrument.max_market_qty if market else instrument.max_qty
    return replace(order, quantity=min(held, most))


def _within_limits(venue: Venue, order: Order) -> Order:
    if order.order_type is OrderType.MARKET or order.is_waiting:
        return order
    assert order.price is not None
    instrument, tick = venue.instrument(order.symbol), venue.tick(order.symbol)
    price = nearest_allowed(instrument, tick, order.side, order.price)
    return order if price == order.price else replace(order, price=price)
