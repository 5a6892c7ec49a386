"""Disturbances a test decides: each strikes the first order it can, as often as it is told to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from exchange_sim.engine.disturbances import FAR_MS, Circumstance
from tests.exchange_sim.engine.desk import Desk


@dataclass(frozen=True)
class Trouble:
    name: str
    parameters: Mapping[str, object] = field(default_factory=dict)

    def whole(self, name: str) -> int:
        return int(str(self.parameters[name]))

    def number(self, name: str) -> Decimal:
        return Decimal(str(self.parameters[name]))

    def text(self, name: str) -> str:
        return str(self.parameters[name])

    def names(self, name: str) -> tuple[str, ...]:
        return tuple(self.text(name).split(","))


@dataclass
class Troubles:
    """Strikes `times` times, then everything goes well again."""

    trouble: Trouble
    times: int = 1
    struck: list[Circumstance] = field(default_factory=list)
    next_ms: int = FAR_MS

    @property
    def is_quiet(self) -> bool:
        return len(self.struck) >= self.times

    def strike(self, names: frozenset[str], circumstance: Circumstance) -> Trouble | None:
        if self.trouble.name not in names or self.is_quiet:
            return None
        self.struck.append(circumstance)
        return self.trouble

    def attend(self) -> None:
        """Nothing acts by itself."""


def expect(desk: Desk, name: str, times: int = 1, **parameters: object) -> Troubles:
    """Let `name` go wrong on the desk's exchange."""
    troubles = Troubles(Trouble(name, parameters), times)
    desk.exchange.disturb(troubles)
    return troubles
