"""Charges funding to whoever holds a position at the settlement (spec section 4.3)."""

from dataclasses import replace
from decimal import Decimal

from exchange_sim.engine.accounts import Account
from exchange_sim.engine.announcing import (
    announce_execution,
    announce_position,
    announce_wallet,
)
from exchange_sim.engine.holdings import Holding
from exchange_sim.engine.ledger import Counter
from exchange_sim.engine.model import Execution
from exchange_sim.engine.money import booked
from exchange_sim.engine.order_model import ZERO
from exchange_sim.engine.transactions import book_settlement
from exchange_sim.engine.venue import Venue
from exchange_sim.engine.vocabulary import CreateType, ExecType, OrderType, StopOrderType
from exchange_sim.market.values import FundingEvent


def settle(venue: Venue, event: FundingEvent) -> None:
    """Book fee = size x mark x rate for every position in the symbol; longs pay if rate > 0."""
    for account in venue.accounts.values():
        for holding in account.open_holdings():
            if holding.symbol == event.symbol:
                _charge(venue, account, holding, event.rate)


def _charge(venue: Venue, account: Account, holding: Holding, rate: Decimal) -> None:
    execution = _execution(venue, holding, rate)
    account.keep(
        replace(holding.realise(-execution.fee), updated_ms=venue.now_ms, seq=execution.seq)
    )
    venue.ledger.move(account.account_id, -execution.fee, Counter.FUNDING)
    account.executions.append(execution)
    book_settlement(venue, account, execution)
    announce_execution(venue, account, execution)
    announce_position(venue, account, holding.symbol, holding.position_idx)
    announce_wallet(venue, account)


def _execution(venue: Venue, holding: Holding, rate: Decimal) -> Execution:
    assert holding.side is not None
    mark = venue.tick(holding.symbol).mark
    value = holding.size * mark
    sequence = venue.ids.next_sequence(holding.symbol)
    symbol_id = venue.instruments[holding.symbol].symbol_id
    return Execution(
        execution_id=venue.ids.next_uuid(),
        symbol=holding.symbol,
        # The venue names the settlement here: second, symbol, sequence, row, kind.
        order_id=f"{venue.now_ms // 1000}-{symbol_id}-{sequence}-{holding.position_idx}-2",
        order_link_id="",
        side=holding.side,
        order_price=ZERO,
        order_quantity=ZERO,
        leaves_quantity=ZERO,
        order_type=OrderType.UNKNOWN,
        stop_order_type=StopOrderType.UNKNOWN,
        create_type=CreateType.UNKNOWN,
        exec_type=ExecType.FUNDING,
        price=mark,
        quantity=holding.size,
        value=value,
        fee=booked(holding.side.sign * value * rate),
        fee_rate=rate,
        closed_size=ZERO,
        realised=ZERO,
        is_maker=False,
        mark_price=mark,
        time_ms=venue.now_ms,
        seq=sequence,
    )
