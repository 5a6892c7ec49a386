"""Conduct: within the limits at every instant, within the allowed traffic, on closed candles."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from cli.faults.evidence import Evidence, Violation
from cli.faults.truth import TrueFill

_UNREALISED = Decimal("1.05")
"""Exposure is held against the wallet balance here, and was against equity when it was decided."""


def within_limits(evidence: Evidence) -> Iterator[Violation]:
    """I12: after each entry, positions and exposure as allowed; leverage as allowed."""
    sizes: dict[str, Decimal] = {}
    entries = {one.link_id: one for one in evidence.memory.intents if not one.reduce_only}
    ours = {intent.link_id for intent in evidence.memory.intents}
    approved: dict[str, Decimal] = {}
    foreign: set[str] = set()
    for fill in evidence.truth.fills:
        sizes[fill.symbol] = sizes.get(fill.symbol, Decimal(0)) + fill.signed
        is_ours = fill.link_id in ours
        if not is_ours and fill.kind == "Trade" and abs(sizes[fill.symbol]) >= abs(fill.signed):
            foreign.add(fill.symbol)
        if fill.link_id in entries:
            approved[fill.symbol] = entries[fill.link_id].notional_usdt
            held = {symbol for symbol, size in sizes.items() if size} - foreign
            notional = sum((approved[one] for one in held if one in approved), Decimal(0))
            yield from _beyond(evidence, fill, len(held), notional)
    for intent in evidence.memory.intents:
        if intent.leverage > evidence.limits.max_leverage:
            yield Violation(
                "I12", f"{intent.link_id} was approved with leverage {intent.leverage}"
            )


def _beyond(
    evidence: Evidence, entry: TrueFill, count: int, notional_usdt: Decimal
) -> Iterator[Violation]:
    if count > evidence.limits.max_open_positions:
        yield Violation("I12", f"{count} positions at {entry.at_ms}")
    rows = evidence.truth.transactions
    balance = sum(
        (Decimal(row["change"]) for row in rows if int(row["transactionTime"]) < entry.at_ms),
        Decimal(0),
    )
    allowed = balance * evidence.limits.max_total_exposure_fraction * _UNREALISED
    if notional_usdt > allowed:
        yield Violation("I12", f"{notional_usdt} USDT held at {entry.at_ms}, {allowed} allowed")


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
