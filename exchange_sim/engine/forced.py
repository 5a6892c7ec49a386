"""Closes positions the owner did not ask to close: takeover, deleveraging, delisting.

Source of prices and order: spec section 4.5.
"""

from dataclasses import dataclass
from decimal import Decimal

from exchange_sim.engine.accounts import Account
from exchange_sim.engine.ending import end_order
from exchange_sim.engine.fills import Terms, book_fill
from exchange_sim.engine.holdings import Holding
from exchange_sim.engine.ledger import Counter
from exchange_sim.engine.matching import Fill
from exchange_sim.engine.money import booked, ceil_to, floor_to
from exchange_sim.engine.order_model import ZERO, Order
from exchange_sim.engine.shortfall import cover_shortfall
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.vocabulary import (
    CancelType,
    CreateType,
    ExecType,
    OrderType,
    Side,
    TimeInForce,
)


@dataclass(frozen=True, slots=True)
class Force:
    """How a position is closed: at which price, as what, at which fee rate (a fraction)."""

    price: Decimal
    exec_type: ExecType
    create_type: CreateType
    fee_rate: Decimal = ZERO


def close_by_force(
    venue: Venue, account: Account, holding: Holding, force: Force, quantity: Decimal
) -> None:
    """Close `quantity` of the holding by an order of the venue itself."""
    assert holding.side is not None
    order = Order(
        order_id=venue.ids.next_uuid(),
        symbol=holding.symbol,
        side=holding.side.opposite,
        order_type=OrderType.MARKET,
        quantity=quantity,
        price=force.price,
        time_in_force=TimeInForce.IOC,
        position_idx=holding.position_idx,
        reduce_only=True,
        create_type=force.create_type,
        last_price_on_created=venue.tick(holding.symbol).last,
        created_ms=venue.now_ms,
        updated_ms=venue.now_ms,
    )
    terms = Terms(force.fee_rate, force.exec_type)
    book_fill(venue, account, order, Fill(force.price, quantity), terms)


def take_over(venue: Venue, account: Account, holding: Holding, price: Decimal) -> None:
    """Close the whole holding at its bankruptcy price; the insurance keeps the difference."""
    assert holding.side is not None
    force = Force(price, ExecType.BUST_TRADE, CreateType.BY_TAKE_OVER, account.fees.taker)
    close_by_force(venue, account, holding, force, holding.size)
    # Insurance takes the position at the bankruptcy price and leaves it at the market's mark.
    mark = venue.tick(holding.symbol).mark
    result = booked(holding.side.sign * holding.size * (mark - price))
    venue.ledger.shift(Counter.MARKET, Counter.INSURANCE, result)


def liquidate_one(venue: Venue, account: Account, holding: Holding) -> None:
    """Take over one position at the price at which its own initial margin is used up.

    avg x (1 - d / leverage), d = +1 long, -1 short: the bankruptcy price of spec 4.5 without the
    rest of the wallet. Orders of the symbol are cancelled first.
    """
    assert holding.side is not None
    instrument, sign = venue.instruments[holding.symbol], holding.side.sign
    exact = holding.average_price * (1 - sign / account.leverage(holding.symbol))
    rounded = floor_to if holding.side is Side.BUY else ceil_to
    price = rounded(exact, instrument.tick_size)
    _cancel_symbol(venue, account, holding.symbol, CancelType.ALL_BEFORE_LIQUIDATION)
    price = max(instrument.min_price, min(price, instrument.max_price))
    take_over(venue, account, holding, price)
    cover_shortfall(venue, account)


def deleverage(venue: Venue, account: Account, holding: Holding, fraction: Decimal) -> None:
    """Close `fraction` (0..1] of a position against a bankrupt counterparty, at no fee.

    The price is the mark price, rounded to the tick: a stand-in for the counterparty's bankruptcy
    price. Orders stay; protective ones follow the size.
    """
    instrument = venue.instruments[holding.symbol]
    wanted = max(floor_to(holding.size * fraction, instrument.qty_step), instrument.qty_step)
    price = floor_to(venue.tick(holding.symbol).mark, instrument.tick_size)
    force = Force(price, ExecType.ADL_TRADE, CreateType.BY_ADL)
    close_by_force(venue, account, holding, force, min(wanted, holding.size))
    cover_shortfall(venue, account)


def settle_delisting(venue: Venue, symbol: str) -> None:
    """End a symbol: cancel its orders, close its positions at the mark price at no fee."""
    price = floor_to(venue.tick(symbol).mark, venue.instruments[symbol].tick_size)
    force = Force(price, ExecType.SETTLE, CreateType.BY_SETTLE)
    for account in venue.accounts.values():
        _cancel_symbol(venue, account, symbol, CancelType.UNKNOWN)
        for holding in account.open_holdings():
            if holding.symbol == symbol:
                close_by_force(venue, account, holding, force, holding.size)
        cover_shortfall(venue, account)
    venue.settle_interest(symbol)


def _cancel_symbol(venue: Venue, account: Account, symbol: str, reason: CancelType) -> None:
    for order in account.orders.open(symbol):
        end_order(venue, account, order, reason)
