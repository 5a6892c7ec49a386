"""Books one fill everywhere it belongs: order, position, wallet, rows, protection, events."""

from dataclasses import dataclass, replace
from decimal import Decimal

from exchange_sim.engine import protection
from exchange_sim.engine.accounts import Account
from exchange_sim.engine.announcing import (
    announce_execution,
    announce_order,
    announce_position,
    announce_wallet,
)
from exchange_sim.engine.closed_pnl import book_closed_pnl
from exchange_sim.engine.holdings import Effect, Match, apply
from exchange_sim.engine.ledger import Counter
from exchange_sim.engine.matching import Fill
from exchange_sim.engine.model import Execution
from exchange_sim.engine.money import booked
from exchange_sim.engine.order_model import Order
from exchange_sim.engine.shortfall import cover_shortfall
from exchange_sim.engine.transactions import book_trade
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.vocabulary import ExecType, OrderStatus


@dataclass(frozen=True, slots=True)
class Terms:
    """What a fill costs and how its rows name it."""

    fee_rate: Decimal
    exec_type: ExecType = ExecType.TRADE


def fill_order(venue: Venue, account: Account, order: Order, fill: Fill) -> Order:
    """Book an ordinary fill at the maker or taker fee; the order afterwards."""
    fees = account.fees
    filled = book_fill(
        venue, account, order, fill, Terms(fees.maker if fill.is_maker else fees.taker)
    )
    # A gap may take more than the wallet held before the mark price could liquidate.
    cover_shortfall(venue, account)
    return filled


def book_fill(venue: Venue, account: Account, order: Order, fill: Fill, terms: Terms) -> Order:
    """Book a fill of `order`; the order afterwards.

    Events: execution, order, protective children, position, wallet.
    """
    before = account.holding(order.symbol, order.position_idx)
    fee = booked(fill.price * fill.quantity * terms.fee_rate)
    sequence = venue.ids.next_sequence(order.symbol)
    effect = apply(
        before, Match(order.side, fill.quantity, fill.price, fee, venue.now_ms, sequence)
    )
    order = _filled(order, fill, fee, effect, venue.now_ms)
    account.keep(effect.holding)
    account.orders.put(order)
    execution = _execution(venue, order, fill, terms, fee, effect)
    account.executions.append(execution)
    venue.ledger.move(account.account_id, -fee, Counter.FEES)
    venue.ledger.move(account.account_id, effect.cash_flow, Counter.MARKET)
    book_trade(venue, account, execution, effect.holding.signed_size)
    book_closed_pnl(account, order, execution, effect)
    announce_execution(venue, account, execution)
    announce_order(venue, account, order)
    # Before the position is told: its row shows the stop of the entry that just filled.
    protection.after_fill(venue, account, order, before, effect.holding)
    announce_position(venue, account, order.symbol, order.position_idx)
    announce_wallet(venue, account)
    return order


def _filled(order: Order, fill: Fill, fee: Decimal, effect: Effect, now_ms: int) -> Order:
    return replace(
        order,
        filled_quantity=order.filled_quantity + fill.quantity,
        filled_value=order.filled_value + fill.quantity * fill.price,
        filled_fee=order.filled_fee + fee,
        closed_pnl=order.closed_pnl + effect.closed_pnl,
        status=_status(order, fill),
        updated_ms=now_ms,
    )


def _status(order: Order, fill: Fill) -> OrderStatus:
    # A fill that reaches an order after its end does not bring it back to life.
    if not order.is_open:
        return order.status
    complete = order.rest == fill.quantity
    return OrderStatus.FILLED if complete else OrderStatus.PARTIALLY_FILLED


def _execution(
    venue: Venue, order: Order, fill: Fill, terms: Terms, fee: Decimal, effect: Effect
) -> Execution:
    return Execution(
        execution_id=venue.ids.next_uuid(),
        symbol=order.symbol,
        order_id=order.order_id,
        order_link_id=order.link_id,
        side=order.side,
        order_price=order.price or Decimal(0),
        order_quantity=order.quantity,
        leaves_quantity=order.leaves_quantity,
        order_type=order.order_type,
        stop_order_type=order.stop_order_type,
        create_type=order.create_type,
        exec_type=terms.exec_type,
        price=fill.price,
        quantity=fill.quantity,
        value=fill.price * fill.quantity,
        fee=fee,
        fee_rate=terms.fee_rate,
        closed_size=effect.closed_size,
        realised=effect.cash_flow,
        is_maker=fill.is_maker,
        mark_price=venue.tick(order.symbol).mark,
        time_ms=venue.now_ms,
        seq=effect.holding.seq,
    )
