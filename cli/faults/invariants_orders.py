"""Orders: exactly once, ours or known to be another's, gone when their position is gone."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from cli.faults.cases import Trait
from cli.faults.evidence import Evidence, Violation
from cli.faults.truth import TrueOrder
from trading.intent_states import IntentState

_MADE_BY_EXCHANGE = ("CreateByLiq", "CreateByTakeOver", "CreateByAdl", "CreateBySettle")
_EXISTS = frozenset({IntentState.ACKNOWLEDGED, IntentState.FILLED, IntentState.CANCELLED})
_NOT_THERE = frozenset({IntentState.RESERVED, IntentState.NOT_EXECUTED})


def one_order_per_intent(evidence: Evidence) -> Iterator[Violation]:
    """I1: each link id has one order at most, and exactly the intents that say so have one."""
    counted = Counter(order.link_id for order in evidence.truth.orders if order.link_id)
    for link_id, count in counted.items():
        if count > 1:
            yield Violation("I1", f"{count} orders with link id {link_id}")
    for intent in evidence.memory.intents:
        exists = intent.link_id in counted
        if exists and intent.state in _NOT_THERE:
            yield Violation("I1", f"{intent.link_id} is {intent.state} and exists: a lost order")
        if not exists and intent.state in _EXISTS:
            yield Violation("I1", f"{intent.link_id} is {intent.state} and does not exist")
        if not intent.state.is_final and intent.state is not IntentState.ACKNOWLEDGED:
            yield Violation("I1", f"{intent.link_id} is still {intent.state} after settling")


def no_foreign_order(evidence: Evidence) -> Iterator[Violation]:
    """I2: every order is ours, a stop or target, the exchange's own, or injected as another's."""
    known = {intent.link_id for intent in evidence.memory.intents}
    for order in evidence.truth.orders:
        is_injected = not order.link_id and order.created_ms in evidence.foreign_at_ms
        if not (is_injected or _is_explained(order, known)):
            name = order.link_id or order.order_id
            yield Violation("I2", f"{name} of {order.symbol} is an order of nobody we know")


def no_orphan(evidence: Evidence) -> Iterator[Violation]:
    """I6: a flat symbol has no order left that could trade."""
    held = evidence.truth.held
    for order in evidence.truth.orders:
        if order.is_open and order.symbol not in held:
            if Trait.FOREIGN in evidence.traits and not order.link_id and not order.parent_id:
                continue
            yield Violation("I6", f"{order.symbol} is flat and has an open {_named(order)}")


def only_forward(evidence: Evidence) -> Iterator[Violation]:
    """I10: no order leaves an end, no filled quantity falls, no sequence of a symbol falls."""
    ended = frozenset({"filled", "cancelled", "rejected", "deactivated"})
    status: dict[str, str] = {}
    filled: dict[str, Decimal] = {}
    for step in evidence.memory.order_steps:
        before = status.get(step.order_id)
        if before in ended and step.to_status != before:
            yield Violation("I10", f"order {step.order_id} went from {before} to {step.to_status}")
        if step.filled_quantity < filled.get(step.order_id, Decimal(0)):
            yield Violation("I10", f"order {step.order_id} is filled less than before")
        status[step.order_id], filled[step.order_id] = step.to_status, step.filled_quantity
    newest: dict[str, int] = {}
    for fill in evidence.truth.fills:
        if fill.sequence < newest.get(fill.symbol, 0):
            yield Violation("I10", f"sequence of {fill.symbol} fell to {fill.sequence}")
        newest[fill.symbol] = fill.sequence


def _is_explained(order: TrueOrder, known: set[str]) -> bool:
    if order.link_id:
        return order.link_id in known
    return (
        bool(order.parent_id)
        or order.is_stop
        or order.stop_kind in {"TakeProfit", "PartialTakeProfit"}
        or order.create_type.startswith(_MADE_BY_EXCHANGE)
    )


def _named(order: TrueOrder) -> str:
    return f"{order.stop_kind or 'order'} {order.link_id or order.order_id} ({order.status})"
