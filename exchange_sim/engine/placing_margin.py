"""Whether the account can carry one more order: available balance and risk tier (spec 4.4)."""

from dataclasses import replace
from decimal import Decimal

from exchange_sim.engine.accounts import Account
from exchange_sim.engine.errors import RetCode, VenueError
from exchange_sim.engine.order_margin import only_closes, symbol_order_margin
from exchange_sim.engine.order_model import ZERO, Order
from exchange_sim.engine.valuation import available_balance, terms_of
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.vocabulary import OrderType
from exchange_sim.engine.working import reachable


def shortage(venue: Venue, account: Account, order: Order) -> VenueError | None:
    """Why the account cannot carry the opening `order`, or None if it can."""
    return _over_the_tier(venue, account, order) or _over_the_balance(venue, account, order)


def _over_the_balance(venue: Venue, account: Account, order: Order) -> VenueError | None:
    others = [
        other for other in account.orders.open(order.symbol) if other.order_id != order.order_id
    ]
    priced = replace(order, price=_expected_price(venue, order))
    without = symbol_order_margin(venue, account, order.symbol, others)
    required = symbol_order_margin(venue, account, order.symbol, [*others, priced]) - without
    # The order itself may be booked already (amended or triggered): do not count it twice.
    booked_already = symbol_order_margin(
        venue, account, order.symbol, account.orders.open(order.symbol)
    )
    available = available_balance(venue, account) + booked_already - without
    if required <= max(available, ZERO):
        return None
    return VenueError(
        RetCode.INSUFFICIENT_BALANCE,
        f"ab not enough for new order: it needs {required:.4f} USDT, available are "
        f"{max(available, ZERO):.4f}",
    )


def _expected_price(venue: Venue, order: Order) -> Decimal:
    """The price a market order is expected to reach in the book; a limit order's own price."""
    assert order.price is not None
    if order.order_type is not OrderType.MARKET:
        return order.price
    fills = reachable(venue, order.symbol, order.side, order.rest, order.price)
    return fills[-1].price if fills else order.price


def _over_the_tier(venue: Venue, account: Account, order: Order) -> VenueError | None:
    terms = terms_of(venue, account, order.symbol)
    holding = account.holding(order.symbol, order.position_idx)
    size = holding.size if holding.side is order.side else ZERO
    pending = sum(
        (
            other.rest
            for other in account.orders.open(order.symbol)
            if other.side is order.side
            and other.order_id != order.order_id
            and not other.is_waiting
            and not only_closes(other)
        ),
        order.rest,
    )
    value = (size + pending) * venue.tick(order.symbol).mark
    _, tier = terms.tier(value)
    if (
        terms.leverage <= tier.max_leverage
        and value <= terms.instrument.risk_tiers[-1].limit_value
    ):
        return None
    return VenueError(
        RetCode.RISK_LIMIT,
        f"position value {value:.2f} USDT is too large for leverage {terms.leverage}: its risk "
        f"tier ends at {tier.limit_value} with at most {tier.max_leverage}x",
    )
