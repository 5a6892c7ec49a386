"""The database against the exchange: every difference becomes a typed value with its evidence.

A pure comparison. What is done about a discrepancy is decided by the sync step; the exchange is
always right about what happened, the database about what was meant.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from trading.canonical import plain
from trading.executions import Execution, ExecutionKind
from trading.orders import Order, PositionIndex, StopKind
from trading.positions import Position


class DiscrepancyKind(StrEnum):
    """What differs."""

    UNKNOWN_POSITION = "unknown_position"
    MISSING_POSITION = "missing_position"
    SIDE_MISMATCH = "side_mismatch"
    QUANTITY_MISMATCH = "quantity_mismatch"
    LEVERAGE_CHANGED = "leverage_changed"
    STOP_CHANGED = "stop_changed"
    MISSING_STOP = "missing_stop"
    UNKNOWN_ORDER = "unknown_order"
    ORPHAN_ORDER = "orphan_order"
    MISSING_ORDER = "missing_order"
    ORDER_MISMATCH = "order_mismatch"
    MISSING_EXECUTION = "missing_execution"
    PHANTOM_EXECUTION = "phantom_execution"
    EXTERNAL_CLOSE = "external_close"
    EXTERNAL_ENTRY = "external_entry"
    ADL = "adl"
    LIQUIDATION = "liquidation"
    FUNDING_MISMATCH = "funding_mismatch"
    MODE_SWITCHED = "mode_switched"
    TRANSFER_IN = "transfer_in"
    TRANSFER_OUT = "transfer_out"
    UNKNOWN_EXECUTION = "unknown_execution"


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One difference. `key` names the position, order or execution; evidence is printable."""

    kind: DiscrepancyKind
    symbol: str
    key: str
    evidence: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AccountView:
    """One side's records: open positions, open orders with their stops, recent executions."""

    positions: tuple[Position, ...] = ()
    open_orders: tuple[Order, ...] = ()
    executions: tuple[Execution, ...] = ()


@dataclass(frozen=True, slots=True)
class Ownership:
    """What we made: link ids of our intents, and ids of orders known to stem from them.

    The stops that the exchange makes carry no link id of ours and their fills none at all, so
    their order ids must be known (bybit_v5.md §2.5).
    """

    link_ids: frozenset[str] = frozenset()
    order_ids: frozenset[str] = frozenset()

    def made_order(self, order: Order) -> bool:
        """Whether we sent `order`, or it is a stop or target of one that we sent."""
        return (
            order.link_id in self.link_ids
            or order.parent_link_id in self.link_ids
            or order.order_id in self.order_ids
        )

    def made_execution(self, row: Execution) -> bool:
        """Whether `row` is a fill of an order of ours."""
        return row.link_id in self.link_ids or row.order_id in self.order_ids


def reconcile(ours: AccountView, exchange: AccountView, own: Ownership) -> tuple[Discrepancy, ...]:
    """All differences: positions first, then orders, then executions, each sorted by key.

    Call it after new orders and executions have been taken in: `ours.positions` are those that
    our executions add up to, and both sides' executions cover the same time. What remains is a
    fault or the work of another hand.
    """
    return (
        *_compare_positions(ours, exchange),
        *_compare_orders(ours, exchange, own),
        *_compare_executions(ours, exchange, own),
    )


_PositionKey = tuple[str, PositionIndex]


def _compare_positions(ours: AccountView, exchange: AccountView) -> list[Discrepancy]:
    mine, theirs = _by_key(ours.positions), _by_key(exchange.positions)
    unknown = [
        _position(DiscrepancyKind.UNKNOWN_POSITION, theirs[key])
        for key in theirs.keys() - mine.keys()
    ]
    missing = [
        _position(DiscrepancyKind.MISSING_POSITION, mine[key])
        for key in mine.keys() - theirs.keys()
    ]
    both = mine.keys() & theirs.keys()
    differing = [item for key in both for item in _compare_position(mine[key], theirs[key])]
    return sorted(unknown + missing + differing, key=lambda item: (item.key, item.kind))


def _compare_position(us: Position, them: Position) -> Iterable[Discrepancy]:
    if us.direction is not them.direction:
        yield _differs(DiscrepancyKind.SIDE_MISMATCH, us, us.direction, them.direction)
    if us.quantity != them.quantity:
        yield _differs(DiscrepancyKind.QUANTITY_MISMATCH, us, us.quantity, them.quantity)
    if us.leverage != them.leverage:
        yield _differs(DiscrepancyKind.LEVERAGE_CHANGED, us, us.leverage, them.leverage)
    if them.stop_loss is None:
        yield _differs(DiscrepancyKind.MISSING_STOP, us, us.stop_loss, None)
    elif (us.stop_loss, us.take_profit) != (them.stop_loss, them.take_profit):
        yield _differs(DiscrepancyKind.STOP_CHANGED, us, _levels(us), _levels(them))


def _compare_orders(ours: AccountView, exchange: AccountView, own: Ownership) -> list[Discrepancy]:
    mine = {order.order_id: order for order in ours.open_orders}
    theirs = {order.order_id: order for order in exchange.open_orders}
    expected = {position.symbol for position in ours.positions}
    held = {position.symbol for position in exchange.positions}
    found = [
        _order(DiscrepancyKind.MISSING_ORDER, mine[key]) for key in mine.keys() - theirs.keys()
    ]
    for key, order in theirs.items():
        if key not in mine and not own.made_order(order) and not _protects(order, expected):
            found.append(_order(DiscrepancyKind.UNKNOWN_ORDER, order))
        if order.reduce_only and order.symbol not in held:
            found.append(_order(DiscrepancyKind.ORPHAN_ORDER, order))
        if key in mine and _terms(mine[key]) != _terms(order):
            found.append(_terms_differ(mine[key], order))
    return sorted(found, key=lambda item: (item.key, item.kind))


def _protects(order: Order, symbols: set[str]) -> bool:
    """Whether `order` is the stop or target of a position of ours.

    Stops set on the position itself have no parent. One that the owner moved by hand shows as
    STOP_CHANGED on the position, so it is not reported twice.
    """
    is_level = order.stop_kind in {StopKind.STOP_LOSS, StopKind.TAKE_PROFIT}
    return is_level and order.reduce_only and order.symbol in symbols


def _compare_executions(
    ours: AccountView, exchange: AccountView, own: Ownership
) -> list[Discrepancy]:
    mine = {row.execution_id: row for row in ours.executions}
    theirs = {row.execution_id: row for row in exchange.executions}
    found = [
        _execution(DiscrepancyKind.MISSING_EXECUTION, theirs[key])
        for key in theirs.keys() - mine.keys()
    ]
    found += [
        _execution(DiscrepancyKind.PHANTOM_EXECUTION, mine[key])
        for key in mine.keys() - theirs.keys()
    ]
    found += [
        _execution(_external_kind(row), row)
        for row in theirs.values()
        if row.kind in _NOT_BY_ORDER or (row.kind.moves_position and not own.made_execution(row))
    ]
    return sorted(found, key=lambda item: (item.key, item.kind))


# Whoever's order it names: the exchange did these, and a human should know (bybit_v5.md F18).
_NOT_BY_ORDER = {
    ExecutionKind.ADL: DiscrepancyKind.ADL,
    ExecutionKind.LIQUIDATION: DiscrepancyKind.LIQUIDATION,
    ExecutionKind.OTHER: DiscrepancyKind.UNKNOWN_EXECUTION,
}


def _external_kind(row: Execution) -> DiscrepancyKind:
    if row.kind in _NOT_BY_ORDER:
        return _NOT_BY_ORDER[row.kind]
    is_close = row.closed_quantity > 0
    return DiscrepancyKind.EXTERNAL_CLOSE if is_close else DiscrepancyKind.EXTERNAL_ENTRY


def _by_key(positions: Iterable[Position]) -> dict[_PositionKey, Position]:
    return {(position.symbol, position.position_index): position for position in positions}


def position_key(position: Position) -> str:
    """The name of a position in differences, such as `BTCUSDT/one_way`."""
    return f"{position.symbol}/{position.position_index.name.lower()}"


def _levels(position: Position) -> str:
    return f"stop {plain(position.stop_loss)}, target {plain(position.take_profit)}"


def _terms(order: Order) -> str:
    # Spelled alike: 94.06 and 94.060 are one price.
    return (
        f"{order.status} {order.side} {plain(order.filled_quantity)}/{plain(order.quantity)} "
        f"price {plain(order.price)} trigger {plain(order.trigger_price)}"
    )


def _position(kind: DiscrepancyKind, position: Position) -> Discrepancy:
    evidence = {
        "direction": str(position.direction),
        "quantity": str(position.quantity),
        "entry_price": str(position.entry_price),
        "levels": _levels(position),
    }
    return Discrepancy(kind, position.symbol, position_key(position), evidence)


def _differs(
    kind: DiscrepancyKind, us: Position, ours: Decimal | str | None, theirs: Decimal | str | None
) -> Discrepancy:
    evidence = {"ours": str(ours), "exchange": str(theirs)}
    return Discrepancy(kind, us.symbol, position_key(us), evidence)


def _terms_differ(us: Order, them: Order) -> Discrepancy:
    evidence = {"ours": _terms(us), "exchange": _terms(them)}
    return Discrepancy(DiscrepancyKind.ORDER_MISMATCH, them.symbol, them.order_id, evidence)


def _order(kind: DiscrepancyKind, order: Order) -> Discrepancy:
    evidence = {"link_id": order.link_id, "terms": _terms(order)}
    return Discrepancy(kind, order.symbol, order.order_id, evidence)


def _execution(kind: DiscrepancyKind, row: Execution) -> Discrepancy:
    evidence = {
        "link_id": row.link_id,
        "kind": str(row.kind),
        "trade": f"{row.side} {row.quantity} @ {row.price}",
        "executed_at": row.executed_at.isoformat(),
    }
    return Discrepancy(kind, row.symbol, row.execution_id, evidence)
