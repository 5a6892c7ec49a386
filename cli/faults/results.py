"""What the runs of a matrix add up to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import quantiles

from cli.faults.evidence import Violation

Key = tuple[str, int, str]
"""What tells runs apart: fault, seed, and the point of a process at which it was disturbed."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """One run. `struck` is how often the fault acted, `errors` what the desk's steps raised.

    `point` is where a process was disturbed, "" for a fault of the exchange.

    `recover_seconds` is market time from the end of the fault until a whole sync succeeded and
    nothing was left unresolved.
    """

    fault: str
    seed: int
    violations: tuple[Violation, ...]
    naked_seconds: Decimal
    recover_seconds: float
    struck: int
    errors: tuple[str, ...] = ()
    point: str = ""

    @property
    def key(self) -> Key:
        """What tells this run from every other."""
        return self.fault, self.seed, self.point


@dataclass(slots=True)
class FaultFigures:
    """All runs of one fault."""

    runs: int = 0
    struck: int = 0
    violations: Counter[str] = field(default_factory=Counter)
    naked_seconds_max: Decimal = Decimal(0)
    recover_seconds: list[float] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)

    def add(self, result: RunResult) -> None:
        """Count one run."""
        self.runs += 1
        self.struck += result.struck
        self.violations.update(found.invariant for found in result.violations)
        self.naked_seconds_max = max(self.naked_seconds_max, result.naked_seconds)
        self.recover_seconds.append(result.recover_seconds)
        self.examples += [
            f"seed {result.seed}: {found.invariant} {found.detail}" for found in result.violations
        ]

    @property
    def recover_p95(self) -> float:
        """The time to recover that 95 of 100 runs stayed within, in market seconds."""
        if len(self.recover_seconds) < 2:
            return max(self.recover_seconds, default=0.0)
        return quantiles(self.recover_seconds, n=20, method="inclusive")[-1]


@dataclass(slots=True)
class Matrix:
    """Figures by fault, in the order of the catalogue; `leaks` are places where a secret stood."""

    faults: dict[str, FaultFigures] = field(default_factory=dict)
    leaks: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, results: Iterable[RunResult]) -> "Matrix":
        """The figures of all `results`."""
        matrix = cls()
        for result in results:
            matrix.add(result)
        return matrix

    def add(self, result: RunResult) -> None:
        """Count one run."""
        self.faults.setdefault(result.fault, FaultFigures()).add(result)

    @property
    def runs(self) -> int:
        """How many runs there were."""
        return sum(figures.runs for figures in self.faults.values())

    @property
    def violations(self) -> Counter[str]:
        """How often each invariant broke."""
        total: Counter[str] = Counter({"I13": len(self.leaks)} if self.leaks else {})
        for figures in self.faults.values():
            total.update(figures.violations)
        return total

    @property
    def naked_seconds_max(self) -> Decimal:
        """The longest any position stood without a stop, in market seconds."""
        return max((one.naked_seconds_max for one in self.faults.values()), default=Decimal(0))

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        return {
            "faults": {
                name: {
                    "runs": one.runs,
                    "struck": one.struck,
                    "violations": dict(sorted(one.violations.items())),
                    "naked_seconds_max": float(one.naked_seconds_max),
                    "seconds_to_recover_p95": round(one.recover_p95, 3),
                }
                for name, one in sorted(self.faults.items())
            },
            "totals": {
                "faults": len(self.faults),
                "runs": self.runs,
                "struck": sum(one.struck for one in self.faults.values()),
                "violations": dict(sorted(self.violations.items())),
                "naked_seconds_max": float(self.naked_seconds_max),
            },
            "violations": [
                *(f"I13 {place}" for place in self.leaks),
                *(
                    f"{name} {example}"
                    for name, one in sorted(self.faults.items())
                    for example in one.examples
                ),
            ],
        }
