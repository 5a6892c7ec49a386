"""What somebody does to a market while it runs: prices shifted, books thinned, rules changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from exchange_sim.market.errors import MarketDataError


class ChangeKind(StrEnum):
    """What a change touches, and the values it may carry."""

    PRICE = "price"  # last, mark, index: factors of the undisturbed prices
    FREEZE = "freeze"  # nothing: no price moves
    BOOK = "book"  # spread_bps added between the sides; level_size and levels at most
    RULES = "rules"  # tick_size, qty_step, ...: see `market.rule_changes`
    FUNDING = "funding"  # rate, interval_min, late_ms of the settlements scheduled in it


_VALUES = {
    ChangeKind.PRICE: frozenset({"last", "mark", "index"}),
    ChangeKind.FREEZE: frozenset(),
    ChangeKind.BOOK: frozenset({"spread_bps", "level_size", "levels"}),
    ChangeKind.RULES: frozenset(
        {
            "tick_size",
            "qty_step",
            "min_notional",
            "max_market_qty",
            "funding_interval_min",
            "refusal",
            "closed",
            "delivery_ms",
        }
    ),
    ChangeKind.FUNDING: frozenset({"rate", "interval_min", "late_ms"}),
}


@dataclass(frozen=True, slots=True)
class MarketChange:
    """One change of one symbol, in effect in [from, until) market ms; `until_ms` None is open.

    `values` are plain numbers by name; which ones, `ChangeKind` says.
    """

    change_id: str
    kind: ChangeKind
    symbol: str
    from_ms: int
    until_ms: int | None = None
    values: Mapping[str, Decimal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = sorted(set(self.values) - _VALUES[self.kind])
        if unknown:
            allowed = ", ".join(sorted(_VALUES[self.kind])) or "none"
            message = f"a {self.kind} change has no value {unknown[0]!r}; allowed are {allowed}"
            raise MarketDataError(message)
        if self.until_ms is not None and self.until_ms < self.from_ms:
            message = f"change {self.change_id} ends at {self.until_ms}, before {self.from_ms}"
            raise MarketDataError(message)

    def covers(self, now_ms: int) -> bool:
        """Whether it is in effect at `now_ms`."""
        return self.from_ms <= now_ms and (self.until_ms is None or now_ms < self.until_ms)
