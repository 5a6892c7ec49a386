"""A switchboard over a market clock that a test moves."""

from dataclasses import dataclass, field

from exchange_sim.faults.catalogue import CATALOGUE
from exchange_sim.faults.injection import Activation, FaultEvent
from exchange_sim.faults.switchboard import Switchboard


@dataclass
class Board:
    """A switchboard and the clock it reads."""

    now_ms: int = 1_000
    switchboard: Switchboard = field(init=False)

    def __post_init__(self) -> None:
        self.switchboard = Switchboard(
            CATALOGUE, market_ms=lambda: self.now_ms, wall_ms=lambda: 42
        )

    def on(self, name: str = "http.reset_after", **wish: object) -> int:
        """Switch on a fault; its id."""
        return self.switchboard.switch_on({"name": name, **wish}).id

    def claim(self, name: str = "http.reset_after", **event: object) -> Activation | None:
        """Claim at an event of now."""
        return self.switchboard.claim(name, FaultEvent(**({"now_ms": self.now_ms} | event)))

    def strikes(self, times: int, **event: object) -> list[int]:
        """Which of so many equal events are struck, counted from 1."""
        return [turn for turn in range(1, times + 1) if self.claim(**event)]
