"""What a soak found: day by day what it cost, and what broke, leaked or slowed down."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from cli.faults.evidence import Violation

MEMORY_GROWTH_BYTES_PER_DAY = 8 * 2**20
"""How much more memory the process may hold per market day; a leak per cycle is more."""

SLOWDOWN = 3.0
"""How many times as long as the second day the last may take."""

STANDING_TABLES = frozenset(
    {
        "breakers",
        "capacity",
        "heartbeats",
        "position_pushes",
        "positions",
        "quotes",
        "rate_buckets",
        "risk_state",
    }
)
"""Tables that hold the present and no history: they must not grow with time."""

_STANDING_ROWS = 50
_DECIDED_SHARE = 0.8  # a fault may cost a cycle, not a day


@dataclass(frozen=True, slots=True)
class SoakDay:
    """One day of market time. `desk_seconds` is what the desk's own actions took.

    `cycles` had their turn in it and `decided` of them came to a decision, if only to stay away.
    `memory_bytes` is what the process held at its end, `rows` the size of every table.
    """

    number: int
    cycles: int
    decided: int
    desk_seconds: float
    memory_bytes: int
    rows: Mapping[str, int]
    trades: int
    naked_seconds: Decimal
    violations: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class SoakReport:
    """All days of one soak; `struck` says how often each fault acted, `errors` what steps raised.

    The first day is warmer than the others: libraries are loaded and pools are filled. So growth
    and slowdown are counted from the second one.
    """

    seed: int
    days: tuple[SoakDay, ...]
    struck: Counter[str]
    errors: Counter[str]
    restarts: int

    @property
    def violations(self) -> tuple[Violation, ...]:
        """Every promise that was not kept."""
        return tuple(found for day in self.days for found in day.violations)

    @property
    def naked_seconds_max(self) -> Decimal:
        """The longest a position of ours stood without a stop, in market seconds."""
        return max((day.naked_seconds for day in self.days), default=Decimal(0))

    @property
    def memory_growth_bytes_per_day(self) -> float:
        """How much more memory the process held with every day after the second; else 0."""
        if len(self.days) < 3:
            return 0.0
        return (self.days[-1].memory_bytes - self.days[1].memory_bytes) / (len(self.days) - 2)

    @property
    def slowdown(self) -> float:
        """How many times as long as the second day the last one took; 1 for less than three."""
        if len(self.days) < 3:
            return 1.0
        return self.days[-1].desk_seconds / self.days[1].desk_seconds

    @property
    def complaints(self) -> tuple[str, ...]:
        """Everything that is not as it must be, in words; empty for a desk that can go on."""
        return tuple(self._complaints())

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        return {
            "seed": self.seed,
            "days": len(self.days),
            "faults": len(self.struck),
            "struck": dict(sorted(self.struck.items())),
            "errors": dict(sorted(self.errors.items())),
            "restarts": self.restarts,
            "cycles": sum(day.cycles for day in self.days),
            "cycles_decided": sum(day.decided for day in self.days),
            "trades": self.days[-1].trades if self.days else 0,
            "rows": dict(self.days[-1].rows) if self.days else {},
            "naked_seconds_max": float(self.naked_seconds_max),
            "memory_growth_bytes_per_day": round(self.memory_growth_bytes_per_day),
            "desk_seconds_by_day": [round(day.desk_seconds, 2) for day in self.days],
            "complaints": list(self.complaints),
        }

    def _complaints(self) -> Iterator[str]:
        for day in self.days:
            for found in day.violations:
                yield f"day {day.number}: {found.invariant} {found.detail}"
            if day.decided < _DECIDED_SHARE * day.cycles:
                yield f"day {day.number}: only {day.decided} of {day.cycles} cycles decided"
        if self.memory_growth_bytes_per_day > MEMORY_GROWTH_BYTES_PER_DAY:
            grown = self.memory_growth_bytes_per_day / 2**20
            yield f"memory grew by {grown:.1f} MiB a day, allowed are 8"
        if self.slowdown > SLOWDOWN:
            yield f"the last day took {self.slowdown:.1f} times as long as the second"
        for table in sorted(STANDING_TABLES):
            rows = self.days[-1].rows.get(table, 0) if self.days else 0
            if rows > _STANDING_ROWS:
                yield f"table {table} has {rows} rows; it is to hold the present alone"
