"""How much of an order the book can fill, and at which prices; also when a resting one fills."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from exchange_sim.engine.money import floor_to
from exchange_sim.engine.order_model import ZERO, Order
from exchange_sim.engine.vocabulary import Side
from exchange_sim.market.values import Book, Instrument, Tick

MARKET_BAND = Decimal("0.05")  # a market order fills at most 5 % beyond the last price


@dataclass(frozen=True, slots=True)
class Fill:
    """A quantity at a price; the maker provided it, the taker hit it."""

    price: Decimal
    quantity: Decimal
    is_maker: bool = False


@dataclass(frozen=True, slots=True)
class MatchingPolicy:
    """How generous the simulated market is to resting limit orders.

    `maker_fraction` of the rest (0..1], rounded down to the quantity step, fills per tick that
    trades through the price. `touch_fills`: reaching the price is enough.
    """

    maker_fraction: Decimal = Decimal(1)
    touch_fills: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.maker_fraction <= 1:
            message = f"maker_fraction is {self.maker_fraction}; it must be above 0 and at most 1"
            raise ValueError(message)


def takeable(book: Book, side: Side, quantity: Decimal, limit: Decimal) -> list[Fill]:
    """The fills a taker gets for up to `quantity`, best price first, none worse than `limit`."""
    fills: list[Fill] = []
    left = quantity
    for price, size in book.asks if side is Side.BUY else book.bids:
        if left <= 0 or is_worse(price, limit, side):
            break
        fills.append(Fill(price, min(size, left)))
        left -= size
    return fills


def is_worse(price: Decimal, limit: Decimal, side: Side) -> bool:
    """Whether a taker on `side` who accepts `limit` would refuse `price`."""
    return price > limit if side is Side.BUY else price < limit


def total(fills: Sequence[Fill]) -> Decimal:
    """The quantity of all fills."""
    return sum((fill.quantity for fill in fills), ZERO)


def resting_fill(
    order: Order, tick: Tick, instrument: Instrument, policy: MatchingPolicy
) -> Fill | None:
    """The maker fill a tick gives a resting limit order, at the order's own price; or None.

    The market must trade through the price (or touch it, by policy): spec section 4.9.
    """
    if order.price is None or not _reached(order, tick.last, policy.touch_fills):
        return None
    wanted = floor_to(order.rest * policy.maker_fraction, instrument.qty_step)
    return Fill(order.price, min(order.rest, max(wanted, instrument.qty_step)), is_maker=True)


def _reached(order: Order, last: Decimal, touch_fills: bool) -> bool:
    if touch_fills and last == order.price:
        return True
    assert order.price is not None
    return last < order.price if order.side is Side.BUY else last > order.price
