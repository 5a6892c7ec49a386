"""The figures of a demo: what it did, what it earned, whether it can be believed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal

from cli.demo.results import Results
from trading.canonical import canonical


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a demo took, in seconds of this machine's time; `trading` leaves the start out."""

    total_s: float
    trading_s: float


@dataclass(frozen=True, slots=True)
class DemoFigures:
    """What `--json` prints. Money in USDT; funding above 0 was received.

    `ledger_error` is wallet change minus the sum of ledger rows. `naked_seconds_max` is the
    longest time any position stood without a stop, in market time.
    """

    cycles: int
    decisions: int
    orders: int
    trades_opened: int
    trades_closed: int
    equity_start: Decimal | None
    equity_end: Decimal | None
    fees: Decimal
    funding: Decimal
    ledger_error: Decimal | None
    discrepancies_open: int
    db_equals_exchange: bool
    naked_seconds_max: int
    duration_s: float
    seconds_per_cycle: float
    decisions_by_reason: Mapping[str, int]
    market_hours_per_second: float
    peak_memory_mb: Mapping[str, int]

    @property
    def is_sound(self) -> bool:
        """Whether every check held that must hold."""
        return self.db_equals_exchange and self.ledger_error == 0 and not self.discrepancies_open

    def as_json(self) -> str:
        """One line: money as strings, counts and durations as numbers."""
        facts = {field.name: getattr(self, field.name) for field in fields(self)}
        return json.dumps(
            {
                name: fact if isinstance(fact, float) else canonical(fact)
                for name, fact in facts.items()
            }
        )


def figures(results: Results, *, pace: Pace, peak_memory_mb: Mapping[str, int]) -> DemoFigures:
    """Put together what the database, the audit and the clock say."""
    told, cycles = results.summary, results.summary.cycles
    return DemoFigures(
        cycles=cycles,
        decisions=told.decisions,
        orders=told.orders,
        trades_opened=told.trades.opened,
        trades_closed=told.trades.closed,
        equity_start=told.equity_start_usdt,
        equity_end=told.equity_end_usdt,
        fees=told.ledger.fee_usdt,
        funding=told.ledger.funding_usdt,
        ledger_error=told.ledger_error_usdt,
        discrepancies_open=told.discrepancies_open,
        db_equals_exchange=not results.audit.differences,
        naked_seconds_max=results.audit.naked_seconds_max,
        duration_s=round(pace.total_s, 2),
        seconds_per_cycle=round(pace.trading_s / cycles, 3),
        decisions_by_reason={str(one.reason or "pending"): one.count for one in results.reasons},
        market_hours_per_second=round(cycles / pace.trading_s, 3),
        peak_memory_mb=peak_memory_mb,
    )
