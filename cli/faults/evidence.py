"""The two sides that are held against each other after a run: the truth, and what we remember."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from cli.faults.cases import Trait
from cli.faults.truth import Truth
from db.keys import AccountKey
from db.queries.account import positions
from db.queries.evidence import (
    DecisionFact,
    IntentFact,
    IntentStep,
    OrderStep,
    all_decisions,
    all_intent_steps,
    all_intents,
    all_order_steps,
    all_transactions,
)
from db.queries.exchange_records import all_executions
from trading.account import Transaction
from trading.executions import Execution
from trading.limits import RiskLimits
from trading.positions import Position


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise that was not kept: the number of the invariant and what was seen."""

    invariant: str
    detail: str


@dataclass(frozen=True, slots=True)
class Memory:
    """Everything the desk remembers of one account."""

    intents: tuple[IntentFact, ...]
    intent_steps: tuple[IntentStep, ...]
    order_steps: tuple[OrderStep, ...]
    executions: tuple[Execution, ...]
    positions: tuple[Position, ...]
    transactions: tuple[Transaction, ...]
    decisions: tuple[DecisionFact, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the invariants are checked on. `since_ms` is when the run began, in market time.

    `foreign_at_ms` are the market milliseconds in which another hand was made to trade,
    `refused_requests` is how many requests the exchange found to be beyond its limits.
    """

    truth: Truth
    memory: Memory
    limits: RiskLimits
    since_ms: int
    traits: frozenset[Trait] = frozenset()
    foreign_at_ms: frozenset[int] = frozenset()
    refused_requests: int = 0


def remembered(session: Session, key: AccountKey) -> Memory:
    """What the database holds of the account."""
    return Memory(
        intents=tuple(all_intents(session, key)),
        intent_steps=tuple(all_intent_steps(session, key)),
        order_steps=tuple(all_order_steps(session, key)),
        executions=tuple(all_executions(session, key)),
        positions=tuple(positions(session, key)),
        transactions=tuple(all_transactions(session, key)),
        decisions=tuple(all_decisions(session, key)),
    )
