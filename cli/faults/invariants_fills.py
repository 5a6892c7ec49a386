"""Fills and positions: none lost, none doubled, equal on both sides, never long without a stop."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from cli.faults.cases import Trait
from cli.faults.evidence import Evidence, Violation
from cli.faults.nakedness import longest_naked_seconds
from cli.faults.truth import TrueOrder

PROTECT_WITHIN = Decimal(2)
"""Seconds of market time a position may stand without a stop."""

CLOSE_WITHIN = Decimal(10)
"""The same where the exchange accepts no stop, so that the position must be closed instead."""


def same_fills(evidence: Evidence) -> Iterator[Violation]:
    """I3: both sides know the same executions, and these add up to the orders and positions."""
    theirs = {row["execId"] for row in evidence.truth.executions}
    ours = {row.execution_id for row in evidence.memory.executions}
    for name, missing in (("lost", theirs - ours), ("made up", ours - theirs)):
        if missing:
            yield Violation("I3", f"{len(missing)} executions {name}: {sorted(missing)[:3]}")
    by_order: dict[str, Decimal] = defaultdict(Decimal)
    sizes: dict[str, Decimal] = defaultdict(Decimal)
    for fill in evidence.truth.fills:
        by_order[fill.order_id] += abs(fill.signed)
        sizes[fill.symbol] += fill.signed
    for order in evidence.truth.orders:
        if by_order[order.order_id] != order.filled:
            yield Violation("I3", f"fills of {order.order_id} are not its filled quantity")
    if {symbol: size for symbol, size in sizes.items() if size} != evidence.truth.held:
        yield Violation("I3", f"fills add up to {dict(sizes)}, held is {evidence.truth.held}")


def same_positions(evidence: Evidence) -> Iterator[Violation]:
    """I4: the mirror holds the exchange's positions: side, size, entry price, index."""
    theirs = {
        f"{row['symbol']}/{row['positionIdx']}": (
            "long" if row["side"] == "Buy" else "short",
            Decimal(row["size"]),
            Decimal(row["avgPrice"]).quantize(Decimal("1e-8")),
        )
        for row in evidence.truth.positions
        if Decimal(row["size"])
    }
    ours = {
        f"{one.symbol}/{one.position_index:d}": (
            one.direction.value,
            one.quantity,
            one.entry_price.quantize(Decimal("1e-8")),
        )
        for one in evidence.memory.positions
    }
    if ours != theirs:
        yield Violation("I4", f"we hold {ours}, the exchange says {theirs}")


def always_protected(evidence: Evidence) -> Iterator[Violation]:
    """I5: no position of ours stood longer than the bound without a stop.

    Positions of another hand are the owner's business. Where the exchange accepts no stop the
    position must be closed instead, which ends the stretch as well.
    """
    if Trait.UNTRADED in evidence.traits:
        return
    allowed = CLOSE_WITHIN if Trait.NO_STOPS in evidence.traits else PROTECT_WITHIN
    seconds = naked_seconds(evidence)
    if seconds > allowed:
        yield Violation("I5", f"a position stood {seconds} s without a stop")


def naked_seconds(evidence: Evidence) -> Decimal:
    """The longest stretch without a stop since the run began, of symbols we traded ourselves."""
    symbols = {intent.symbol for intent in evidence.memory.intents}
    if Trait.FOREIGN in evidence.traits:
        entered = {order.symbol for order in evidence.truth.orders if _is_foreign_entry(order)}
        symbols -= entered
    return longest_naked_seconds(evidence.truth, since_ms=evidence.since_ms, symbols=symbols)


def _is_foreign_entry(order: TrueOrder) -> bool:
    return not (order.link_id or order.parent_id or order.stop_kind not in {"", "UNKNOWN"})
