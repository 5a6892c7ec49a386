"""Takes over an account whose equity no longer covers its maintenance margin (spec 4.5).

Simplified default: one step. Every order is cancelled, every position is closed at its
bankruptcy price as a BustTrade with taker fee, the wallet ends at zero or above, and the
insurance account carries (or keeps) the difference to the market.
"""

from decimal import Decimal

from exchange_sim.engine.accounts import Account
from exchange_sim.engine.announcing import announce_wallet
from exchange_sim.engine.ending import end_order
from exchange_sim.engine.fills import Terms, book_fill
from exchange_sim.engine.holdings import Holding
from exchange_sim.engine.ledger import Counter
from exchange_sim.engine.matching import Fill
from exchange_sim.engine.money import booked, ceil_to, floor_to
from exchange_sim.engine.order_model import ZERO, Order
from exchange_sim.engine.transactions import book_cash
from exchange_sim.engine.valuation import value_account
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.vocabulary import (
    CancelType,
    CreateType,
    ExecType,
    OrderType,
    Side,
    TimeInForce,
    TransactionType,
)


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
        _take_over(venue, account, holding, bankruptcy_price(venue, holding, share))
    _cover_shortfall(venue, account)
    return True


def bankruptcy_price(venue: Venue, holding: Holding, equity: Decimal) -> Decimal:
    """The price at which closing, taker fee included, uses up `equity` USDT of the account.

    long: (size x mark - equity) / (size x (1 - taker)), short: (size x mark + equity) /
    (size x (1 + taker)); rounded to the tick against the account, within the price range.
    """
    assert holding.side is not None
    instrument, sign = venue.instruments[holding.symbol], holding.side.sign
    value = holding.size * venue.tick(holding.symbol).mark
    exact = (value - sign * equity) / (holding.size * (1 - sign * venue.fees.taker))
    rounded = floor_to if holding.side is Side.BUY else ceil_to
    price = rounded(exact, instrument.tick_size)
    return max(instrument.min_price, min(price, instrument.max_price))


def _value(venue: Venue, holding: Holding) -> Decimal:
    return holding.size * venue.tick(holding.symbol).mark


def _cancel_everything(venue: Venue, account: Account) -> None:
    for symbol in account.orders.open_symbols():
        for order in account.orders.open(symbol):
            end_order(venue, account, order, CancelType.ALL_BEFORE_LIQUIDATION)


def _take_over(venue: Venue, account: Account, holding: Holding, price: Decimal) -> None:
    assert holding.side is not None
    order = Order(
        order_id=venue.ids.next_uuid(),
        symbol=holding.symbol,
        side=holding.side.opposite,
        order_type=OrderType.MARKET,
        quantity=holding.size,
        price=price,
        time_in_force=TimeInForce.IOC,
        position_idx=holding.position_idx,
        reduce_only=True,
        create_type=CreateType.BY_TAKE_OVER,
        last_price_on_created=venue.tick(holding.symbol).last,
        created_ms=venue.now_ms,
        updated_ms=venue.now_ms,
    )
    terms = Terms(venue.fees.taker, ExecType.BUST_TRADE)
    book_fill(venue, account, order, Fill(price, holding.size), terms)
    # Insurance takes the position at the bankruptcy price and leaves it at the market's mark.
    mark = venue.tick(holding.symbol).mark
    result = booked(holding.side.sign * holding.size * (mark - price))
    venue.ledger.shift(Counter.MARKET, Counter.INSURANCE, result)


def _cover_shortfall(venue: Venue, account: Account) -> None:
    balance = venue.ledger.wallets[account.account_id]
    if balance >= 0:
        return
    venue.ledger.move(account.account_id, -balance, Counter.INSURANCE)
    book_cash(venue, account, TransactionType.LIQUIDATION, -balance)
    announce_wallet(venue, account)
