"""Conduct: within the limits at every instant, within the allowed traffic, on closed candles."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from cli.faults.evidence import Evidence, Violation


def within_limits(evidence: Evidence) -> Iterator[Violation]:
    """I12: never more positions than allowed, each within leverage and exposure."""
    sizes: dict[str, Decimal] = {}
    ours = {intent.link_id for intent in evidence.memory.intents}
    foreign: set[str] = set()
    for fill in evidence.truth.fills:
        sizes[fill.symbol] = sizes.get(fill.symbol, Decimal(0)) + fill.signed
        is_entry = fill.link_id in ours
        if not is_entry and fill.kind == "Trade" and abs(sizes[fill.symbol]) >= abs(fill.signed):
            foreign.add(fill.symbol)
        held = {symbol for symbol, size in sizes.items() if size} - foreign
        if is_entry and len(held) > evidence.limits.max_open_positions:
            yield Violation("I12", f"{len(held)} positions at {fill.at_ms}")
    for intent in evidence.memory.intents:
        if intent.leverage > evidence.limits.max_leverage:
            yield Violation(
                "I12", f"{intent.link_id} was approved with leverage {intent.leverage}"
            )


def bounded_traffic(evidence: Evidence) -> Iterator[Violation]:
    """I11: the exchange never had to slow us down by itself."""
    if evidence.refused_requests:
        yield Violation("I11", f"{evidence.refused_requests} requests were beyond a limit")


def closed_candles_once(evidence: Evidence) -> Iterator[Violation]:
    """I17: no decision looks at a candle that is still open; each slot is decided once."""
    counted = Counter((one.slot, one.symbol) for one in evidence.memory.decisions)
    for (slot, symbol), count in counted.items():
        if count > 1:
            yield Violation("I17", f"{symbol} was decided {count} times in slot {slot}")
    for decision in evidence.memory.decisions:
        if decision.as_of is not None and decision.as_of > decision.decided_at:
            yield Violation("I17", f"{decision.symbol} was decided before its candle closed")
