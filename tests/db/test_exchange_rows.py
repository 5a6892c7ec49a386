"""What the exchange reports is stored once, whole, and never moves backwards."""

from dataclasses import fields
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy.orm import Session

from db.base import Base
from db.keys import AccountKey
from db.models import (
    CandleRow,
    ExecutionRow,
    FundingRateRow,
    InstrumentRow,
    LedgerRow,
    OrderRow,
    PositionRow,
    WalletSnapshotRow,
)
from db.queries.account import positions as mirrored
from db.queries.exchange_records import all_executions, all_orders
from db.repositories import executions, intents, ledger, orders, positions
from db.repositories.intents import Intent
from trading.account import Transaction, TransactionKind, Wallet
from trading.candles import Candle
from trading.executions import Execution
from trading.instruments import Instrument
from trading.market import FundingRate
from trading.orders import Order, OrderStatus, OrderType, PositionIndex, Side, StopKind
from trading.positions import Direction, Position


@pytest.mark.parametrize(
    ("value", "model"),
    [
        (Candle, CandleRow),
        (Execution, ExecutionRow),
        (FundingRate, FundingRateRow),
        (Instrument, InstrumentRow),
        (Order, OrderRow),
        (Position, PositionRow),
        (Transaction, LedgerRow),
        (Wallet, WalletSnapshotRow),
    ],
)
def test_every_field_of_a_value_has_its_column(value: type[Any], model: type[Base]) -> None:
    names = {field.name for field in fields(value)}
    assert names - set(model.__table__.c.keys()) == set()


def test_an_order_comes_back_as_it_was_reported(
    session: Session, make: Any, key: AccountKey
) -> None:
    order = make.order(
        side=Side.SELL,
        order_type=OrderType.LIMIT,
        price=Decimal("50000.5"),
        trigger_price=Decimal(49000),
        average_price=Decimal("49999.25"),
        stop_loss=Decimal(51000),
        take_profit=Decimal(48000),
        stop_kind=StopKind.STOP_LOSS,
        parent_link_id="parent",
        reduce_only=True,
        position_index=PositionIndex.HEDGE_SHORT,
        reject_reason="EC_NoError",
        cancel_type="CancelByUser",
    )
    assert orders.upsert(session, key, [order]) == ["o1"]
    assert all_orders(session, key) == [order]
    assert orders.find(session, key, link_id="link-1") == [order]
    assert orders.upsert(session, key, [order]) == []


def at(make: Any, second: int, status: OrderStatus, filled: str) -> Order:
    created = make.order().created_at
    order: Order = make.order(
        status=status,
        filled_quantity=Decimal(filled),
        updated_at=created + timedelta(seconds=second),
    )
    return order


LIFE = [
    (0, OrderStatus.NEW, "0"),
    (1, OrderStatus.PARTIALLY_FILLED, "0.004"),
    (2, OrderStatus.PARTIALLY_FILLED, "0.007"),
    (3, OrderStatus.FILLED, "0.010"),
]


@pytest.mark.parametrize("sequence", list(permutations(range(len(LIFE)))))
def test_reports_in_any_order_end_at_the_newest_and_never_go_back(
    sequence: tuple[int, ...], session: Session, make: Any, key: AccountKey
) -> None:
    filled, has_ended = Decimal(0), False
    for index in sequence:
        orders.upsert(session, key, [at(make, *LIFE[index])])
        (stored,) = all_orders(session, key)
        assert stored.filled_quantity >= filled
        assert not (has_ended and stored.status.is_open)
        filled, has_ended = stored.filled_quantity, not stored.status.is_open
    assert all_orders(session, key) == [at(make, *LIFE[-1])]
    assert orders.open_orders(session, key) == []


def test_a_cancelled_order_may_still_learn_of_a_fill_but_stays_cancelled(
    session: Session, make: Any, key: AccountKey
) -> None:
    orders.upsert(session, key, [at(make, 1, OrderStatus.CANCELLED, "0")])
    orders.upsert(session, key, [at(make, 1, OrderStatus.CANCELLED, "0.004")])
    orders.upsert(session, key, [at(make, 2, OrderStatus.NEW, "0.010")])
    assert all_orders(session, key) == [at(make, 1, OrderStatus.CANCELLED, "0.004")]


def test_an_amended_stop_is_stored(session: Session, make: Any, key: AccountKey) -> None:
    orders.upsert(session, key, [make.order()])
    amended = make.order(
        stop_loss=Decimal(49500), updated_at=make.order().updated_at + timedelta(seconds=1)
    )
    assert orders.upsert(session, key, [amended]) == ["o1"]
    assert orders.open_orders(session, key) == [amended]


def test_only_new_executions_are_given_back(session: Session, make: Any, key: AccountKey) -> None:
    first, second = make.execution(), make.execution(execution_id="e2", sequence=8)
    assert executions.insert_new(session, key, [first]) == [first]
    assert executions.insert_new(session, key, [second, first]) == [second]
    assert executions.insert_new(session, key, []) == []
    assert all_executions(session, key) == [first, second]
    assert executions.of_link_id(session, key, "link-1") == [first, second]
    assert executions.newest_at(session, key) == first.executed_at


def test_the_same_execution_id_of_another_account_is_another_execution(
    session: Session, make: Any, key: AccountKey
) -> None:
    executions.insert_new(session, key, [make.execution()])
    elsewhere = AccountKey("paper", "second")
    assert executions.newest_at(session, elsewhere) is None
    assert len(executions.insert_new(session, elsewhere, [make.execution()])) == 1


def test_only_new_transactions_are_given_back(
    session: Session, make: Any, key: AccountKey
) -> None:
    first = make.transaction()
    second = make.transaction(transaction_id="t2", price=Decimal(50000), quantity=Decimal("0.01"))
    assert ledger.newest_at(session, key) is None
    assert ledger.insert_new(session, key, [first, first]) == [first, first]
    assert ledger.insert_new(session, key, [first, second]) == [second]
    assert ledger.newest_at(session, key) == first.happened_at


def test_funding_is_summed_for_one_symbol_and_time(
    session: Session, make: Any, key: AccountKey, now: datetime
) -> None:
    def funding(number: int, symbol: str, amount: str, hours: int) -> Transaction:
        transaction: Transaction = make.transaction(
            transaction_id=f"f{number}",
            kind=TransactionKind.FUNDING,
            symbol=symbol,
            fee_usdt=Decimal(0),
            funding_usdt=Decimal(amount),
            change_usdt=Decimal(amount),
            happened_at=now + timedelta(hours=hours),
        )
        return transaction

    rows = [
        funding(1, "BTCUSDT", "-0.1", 0),
        funding(2, "BTCUSDT", "0.25", 8),
        funding(3, "BTCUSDT", "9", 16),
        funding(4, "ETHUSDT", "7", 8),
    ]
    ledger.insert_new(session, key, rows)
    until = now + timedelta(hours=8)
    earned = ledger.funding_between(session, key, "BTCUSDT", since=now, until=until)
    assert earned == Decimal("0.15")
    none = ledger.funding_between(session, key, "SOLUSDT", since=now, until=until)
    assert none == Decimal(0)


def test_the_mirror_becomes_what_was_read(
    session: Session, make: Any, key: AccountKey, now: datetime
) -> None:
    short = make.position(
        symbol="ETHUSDT",
        direction=Direction.SHORT,
        stop_loss=None,
        take_profit=Decimal(1500),
        liquidation_price=Decimal("9999.9"),
        position_index=PositionIndex.HEDGE_SHORT,
        sequence=99,
    )
    assert positions.replace_mirror(session, key, [short, make.position()], read_at=now)
    assert mirrored(session, key) == [make.position(), short]
    assert positions.replace_mirror(session, key, [short], read_at=now)
    assert mirrored(session, key) == [short]


def test_an_older_reading_never_replaces_a_newer_one(
    session: Session, make: Any, key: AccountKey, now: datetime
) -> None:
    positions.replace_mirror(session, key, [make.position()], read_at=now)
    before = now - timedelta(seconds=1)
    assert not positions.replace_mirror(session, key, [], read_at=before)
    assert mirrored(session, key) == [make.position()]


def test_orders_are_found_by_symbol_by_id_and_by_what_made_them(
    session: Session, make: Any, key: AccountKey, now: datetime
) -> None:
    free = intents.reserve(
        session, make.intent("link-1"), now=now, check_capacity=lambda _positions, _pending: None
    )
    assert isinstance(free, Intent)
    entry = make.order()
    stop = make.order(order_id="o2", link_id="", parent_link_id="link-1")
    foreign = make.order(order_id="o3", link_id="by-hand", symbol="ETHUSDT")
    orders.upsert(session, key, [foreign, stop, entry])
    assert orders.of_symbol(session, key, "BTCUSDT") == [entry, stop]
    assert orders.by_id(session, key, "o3") == foreign
    assert orders.by_id(session, key, "o4") is None
    assert orders.made_by_us(session, key, {"o1", "o2", "o3", "o4"}) == {"o1", "o2"}


def test_the_age_of_orders_says_where_a_sync_begins(
    session: Session, make: Any, key: AccountKey, now: datetime
) -> None:
    assert orders.newest_created_at(session, key) is None
    assert orders.oldest_open_at(session, key) is None
    before = now - timedelta(hours=1)
    ended = make.order(created_at=before, updated_at=now, status=OrderStatus.FILLED)
    orders.upsert(session, key, [ended, make.order(order_id="o2")])
    assert orders.newest_created_at(session, key) == now
    assert orders.oldest_open_at(session, key) == now


def test_executions_of_a_symbol_may_start_at_a_moment_and_sequence(
    session: Session, make: Any, key: AccountKey, now: datetime
) -> None:
    first = make.execution()
    second = make.execution(execution_id="e2", executed_at=now + timedelta(hours=1))
    other = make.execution(execution_id="e3", symbol="ETHUSDT")
    executions.insert_new(session, key, [second, other, first])
    assert executions.of_symbol(session, key, "BTCUSDT") == [first, second]
    at_first = (now, first.sequence)
    assert executions.of_symbol(session, key, "BTCUSDT", since=at_first) == [first, second]
    behind = (now, first.sequence + 1)
    assert executions.of_symbol(session, key, "BTCUSDT", since=behind) == [second]
