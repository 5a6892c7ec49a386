"""All rows of an account that an auditor holds against the exchange's own records."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.keys import AccountKey
from db.models import (
    CycleRunRow,
    DecisionRow,
    IntentRow,
    IntentTransitionRow,
    LedgerRow,
    OrderTransitionRow,
    TradeRow,
)
from db.repositories.rows import belongs_to, value_of
from trading.account import Transaction
from trading.intent_states import IntentState
from trading.orders import OrderStatus


@dataclass(frozen=True, slots=True)
class IntentFact:
    """An order-to-be and how it stands."""

    id: UUID
    link_id: str
    symbol: str
    state: IntentState
    attempts: int
    reduce_only: bool
    order_id: str
    leverage: Decimal
    notional_usdt: Decimal


@dataclass(frozen=True, slots=True)
class IntentStep:
    """One change of state of an intent."""

    intent_id: UUID
    from_state: IntentState | None
    to_state: IntentState


@dataclass(frozen=True, slots=True)
class OrderStep:
    """One change of an order as it was reported."""

    order_id: str
    from_status: OrderStatus | None
    to_status: OrderStatus
    filled_quantity: Decimal


@dataclass(frozen=True, slots=True)
class DecisionFact:
    """When a decision was taken, and over which candles; `as_of` is the close of the last one."""

    slot: datetime
    symbol: str
    decided_at: datetime
    as_of: datetime | None


def all_intents(session: Session, key: AccountKey) -> list[IntentFact]:
    """Every intent, oldest first."""
    statement = select(IntentRow).where(belongs_to(IntentRow, key)).order_by(IntentRow.id)
    return [value_of(IntentFact, row) for row in session.scalars(statement)]


def all_intent_steps(session: Session, key: AccountKey) -> list[IntentStep]:
    """Every change of every intent, oldest first."""
    statement = (
        select(IntentTransitionRow)
        .join(IntentRow, IntentRow.id == IntentTransitionRow.intent_id)
        .where(belongs_to(IntentRow, key))
        .order_by(IntentTransitionRow.id)
    )
    return [value_of(IntentStep, row) for row in session.scalars(statement)]


def all_order_steps(session: Session, key: AccountKey) -> list[OrderStep]:
    """Every change of every order, oldest first."""
    statement = select(OrderTransitionRow).where(belongs_to(OrderTransitionRow, key))
    ordered = statement.order_by(OrderTransitionRow.id)
    return [value_of(OrderStep, row) for row in session.scalars(ordered)]


def all_transactions(session: Session, key: AccountKey) -> list[Transaction]:
    """Every ledger row, oldest first."""
    statement = select(LedgerRow).where(belongs_to(LedgerRow, key)).order_by(LedgerRow.id)
    return [value_of(Transaction, row) for row in session.scalars(statement)]


def all_decisions(session: Session, key: AccountKey) -> list[DecisionFact]:
    """Every decision, oldest first."""
    as_of = DecisionRow.snapshot["as_of"].astext
    statement = (
        select(DecisionRow.slot, DecisionRow.symbol, DecisionRow.decided_at, as_of)
        .where(belongs_to(DecisionRow, key))
        .order_by(DecisionRow.id)
    )
    return [
        DecisionFact(slot, symbol, decided_at, closed and datetime.fromisoformat(closed))
        for slot, symbol, decided_at, closed in session.execute(statement)
    ]


def decided_slots(session: Session, key: AccountKey) -> int:
    """In how many slots anything was decided."""
    statement = select(func.count(DecisionRow.slot.distinct())).where(belongs_to(DecisionRow, key))
    return session.scalars(statement).one()


def all_decision_ends(session: Session, key: AccountKey) -> list[tuple[object, ...]]:
    """Slot, symbol, outcome and reason of every decision, in the order of slots and symbols."""
    statement = (
        select(DecisionRow.slot, DecisionRow.symbol, DecisionRow.outcome, DecisionRow.reason)
        .where(belongs_to(DecisionRow, key))
        .order_by(DecisionRow.slot, DecisionRow.symbol)
    )
    return [tuple(row) for row in session.execute(statement)]


def all_slot_ends(session: Session, key: AccountKey) -> list[tuple[object, ...]]:
    """Flow, slot and state of every run, in their order."""
    statement = (
        select(CycleRunRow.flow, CycleRunRow.slot, CycleRunRow.state)
        .where(belongs_to(CycleRunRow, key))
        .order_by(CycleRunRow.flow, CycleRunRow.slot)
    )
    return [tuple(row) for row in session.execute(statement)]


def all_trades(session: Session, key: AccountKey) -> list[tuple[object, ...]]:
    """What each trade was and earned, in the order they were opened."""
    statement = (
        select(
            TradeRow.symbol,
            TradeRow.direction,
            TradeRow.status,
            TradeRow.quantity,
            TradeRow.entry_price,
            TradeRow.exit_price,
            TradeRow.stop_loss,
            TradeRow.take_profit,
            TradeRow.pnl_usdt,
            TradeRow.exit_reason,
        )
        .where(belongs_to(TradeRow, key))
        .order_by(TradeRow.opened_at, TradeRow.symbol)
    )
    return [tuple(row) for row in session.execute(statement)]
