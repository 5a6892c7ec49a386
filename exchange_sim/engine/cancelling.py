"""Cancels orders as their owner asks."""

from exchange_sim.engine import races
from exchange_sim.engine.accounts import Account
from exchange_sim.engine.amending import open_order
from exchange_sim.engine.errors import invalid
from exchange_sim.engine.order_model import Order
from exchange_sim.engine.requests import CancelAllRequest, CancelRequest
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.vocabulary import OrderFilter

MAX_CANCELLED_AT_ONCE = 500


def order_to_cancel(account: Account, request: CancelRequest) -> Order:
    """The open order a request names. Raises: VenueError 10001 or 110001."""
    return open_order(account, request.symbol, request.order_id, request.link_id, "cancel")


def orders_to_cancel(venue: Venue, account: Account, request: CancelAllRequest) -> list[Order]:
    """The open orders a cancel-all matches, oldest first, at most 500.

    Raises: VenueError 10001 if neither a symbol nor a coin is given.
    """
    symbols = _symbols(venue, account, request)
    matching = [
        order
        for symbol in symbols
        for order in account.orders.open(symbol)
        if _matches(order, request)
    ]
    return matching[:MAX_CANCELLED_AT_ONCE]


def cancel_each(venue: Venue, account: Account, orders: list[Order]) -> list[Order]:
    """Cancel the orders; they afterwards."""
    return [races.cancel(venue, account, order) for order in orders]


def _symbols(venue: Venue, account: Account, request: CancelAllRequest) -> list[str]:
    if request.symbol:
        return [venue.instrument(request.symbol).symbol]
    with_orders = account.orders.open_symbols()
    if request.base_coin:
        coin = request.base_coin
        return [name for name in with_orders if venue.instruments[name].base_coin == coin]
    if request.settle_coin:
        return with_orders if request.settle_coin == "USDT" else []
    raise invalid("params error: symbol, baseCoin or settleCoin is required")


def _matches(order: Order, request: CancelAllRequest) -> bool:
    if request.stop_order_type == "Stop" and not order.is_conditional:
        return False
    match request.order_filter:
        case OrderFilter.ORDER | OrderFilter.OPEN_ORDER:
            return not order.is_waiting
        case OrderFilter.STOP_ORDER:
            return order.is_waiting
        case None:
            return True
