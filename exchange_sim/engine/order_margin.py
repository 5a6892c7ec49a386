"""Margin bound by open orders: only what would open or enlarge a position counts."""

from collections.abc import Iterable
from decimal import Decimal

from exchange_sim.engine import margin
from exchange_sim.engine.accounts import Account
from exchange_sim.engine.margin import Terms
from exchange_sim.engine.order_model import ZERO, Order
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.vocabulary import Side


def account_order_margin(venue: Venue, account: Account) -> Decimal:
    """Margin bound by all working orders of the account, USDT."""
    return sum(
        (
            symbol_order_margin(venue, account, symbol, account.orders.open(symbol))
            for symbol in account.orders.open_symbols()
        ),
        ZERO,
    )


def symbol_order_margin(
    venue: Venue, account: Account, symbol: str, orders: Iterable[Order]
) -> Decimal:
    """Margin `orders` of one symbol bind; buys and sells net by the larger side (spec 4.4)."""
    terms = Terms(venue.instruments[symbol], account.leverage(symbol), account.fees.taker)
    bound = {Side.BUY: ZERO, Side.SELL: ZERO}
    offsets = {side: opposite_size(account, symbol, side) for side in Side}
    for order in orders:
        if order.is_waiting or only_closes(order):
            continue
        # In one-way mode the first opposite quantity closes the position and binds nothing.
        closing = min(offsets[order.side], order.rest)
        offsets[order.side] -= closing
        value = (order.rest - closing) * (order.price or ZERO)
        bound[order.side] += margin.order_initial(terms, order.side, value)
    return max(bound.values())


def only_closes(order: Order) -> bool:
    """Whether the order can never open: reduce-only, or against its hedge-mode side."""
    return order.reduce_only or closes_hedge_side(order.side, order.position_idx)


def closes_hedge_side(side: Side, position_idx: int) -> bool:
    """Whether an order on this hedge-mode row closes it (1 is the long row, 2 the short one)."""
    return (position_idx, side) in {(1, Side.SELL), (2, Side.BUY)}


def opposite_size(account: Account, symbol: str, side: Side) -> Decimal:
    """Size of a one-way position that an order on `side` would close first."""
    holding = account.holding(symbol, 0)
    return holding.size if holding.side is side.opposite else ZERO
