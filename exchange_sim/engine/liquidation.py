"""Takes over an account whose equity no longer covers its maintenance margin (spec 4.5).

Simplified default: one step. Every order is cancelled, every position is closed at its
bankruptcy price as a BustTrade with taker fee, the wallet ends at zero or above, and the
insurance account carries (or keeps) the difference to the market.
"""

from decimal import Decimal

from exchange_sim.engine.accounts import Account
from exchange_sim.engine.ending import end_order
from exchange_sim.engine.forced import take_over
from exchange_sim.engine.holdings import Holding
from exchange_sim.engine.money import ceil_to, floor_to
from exchange_sim.engine.order_model import ZERO
from exchange_sim.engine.shortfall import cover_shortfall
from exchange_sim.engine.valuation import value_account
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.vocabulary import CancelType, Side


def liquidate_if_due(venue: Venue, account: Account) -> bool:
    """Liquidate the account if equity <= maintenance margin at the mark price; whether it was."""
    holdings = account.open_holdings()
    if not holdings:
        return False
    sums = value_account(venue, account)
    if sums.equity > sums.maintenance:
        return False
    _cancel_everything(venue, account)
    gross = sum((_value(venue, holding) for holding in holdings), ZERO)
    for holding in holdings:
        share = sums.equity * _value(venue, holding) / gross
        price = bankruptcy_price(venue, holding, share, account.fees.taker)
        take_over(venue, account, holding, price)
    cover_shortfall(venue, account)
    return True


def bankruptcy_price(venue: Venue, holding: Holding, equity: Decimal, taker: Decimal) -> Decimal:
    """The price at which closing, taker fee included, uses up `equity` USDT of the account.

    long: (size x mark - equity) / (size x (1 - taker)), short: (size x mark + equity) /
    (size x (1 + taker)); rounded to the tick against the account, within the price range.
    """
    assert holding.side is not None
    instrument, sign = venue.instruments[holding.symbol], holding.side.sign
    value = holding.size * venue.tick(holding.symbol).mark
    exact = (value - sign * equity) / (holding.size * (1 - sign * taker))
    rounded = floor_to if holding.side is Side.BUY else ceil_to
    price = rounded(exact, instrument.tick_size)
    return max(instrument.min_price, min(price, instrument.max_price))


def _value(venue: Venue, holding: Holding) -> Decimal:
    return holding.size * venue.tick(holding.symbol).mark


def _cancel_everything(venue: Venue, account: Account) -> None:
    for symbol in account.orders.open_symbols():
        for order in account.orders.open(symbol):
            end_order(venue, account, order, CancelType.ALL_BEFORE_LIQUIDATION)
