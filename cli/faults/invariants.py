"""All invariants of bybit_v5.md §7.1 that one run can break, by their numbers.

I13 (secrets), I14 (liveness), I15 (restarts) and I16 (determinism) are no property of two sets of
rows; they are judged where they are provoked.
"""

from collections.abc import Callable, Iterator

from cli.faults import (
    invariants_conduct,
    invariants_fills,
    invariants_money,
    invariants_orders,
)
from cli.faults.evidence import Evidence, Violation

Check = Callable[[Evidence], Iterator[Violation]]

CHECKS: dict[str, Check] = {
    "I1": invariants_orders.one_order_per_intent,
    "I2": invariants_orders.no_foreign_order,
    "I3": invariants_fills.same_fills,
    "I4": invariants_fills.same_positions,
    "I5": invariants_fills.always_protected,
    "I6": invariants_orders.no_orphan,
    "I7": invariants_money.money_is_conserved,
    "I8": invariants_money.same_ledger,
    "I9": invariants_money.equity_identity,
    "I10": invariants_orders.only_forward,
    "I11": invariants_conduct.bounded_traffic,
    "I12": invariants_conduct.within_limits,
    "I17": invariants_conduct.closed_candles_once,
    "I18": invariants_money.closed_pnl_explains_equity,
}


def violations_of(evidence: Evidence) -> list[Violation]:
    """Every promise that was not kept."""
    return [found for check in CHECKS.values() for found in check(evidence)]
