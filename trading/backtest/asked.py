"""The question a backtest answers."""

from dataclasses import dataclass
from datetime import datetime

from trading.backtest.strategies.decisions import Timing
from trading.candles import Interval
from trading.checks import require, require_utc
from trading.metrics.sharpe import Trials


@dataclass(frozen=True, slots=True)
class Asked:
    """The question, complete enough to ask it again.

    `parameters` are names and values as written; `since` and `until` bound the candles;
    `data_hash` and `code_version` name what answered. `trials` are the combinations that were
    tried before this one was picked (None: only this one). `decisions` is None for rules, else
    how many stored decisions were replayed, `contaminated` of them made on days the model may
    have read about, and `timing` how late they acted.
    """

    strategy: str
    parameters: tuple[tuple[str, str], ...]
    symbols: tuple[str, ...]
    interval: Interval
    since: datetime
    until: datetime
    data_hash: str
    code_version: str
    seed: int
    trials: Trials | None = None
    decisions: int | None = None
    contaminated: int = 0
    timing: Timing | None = None

    def __post_init__(self) -> None:
        require_utc("report since", self.since)
        require_utc("report until", self.until)
        require(
            self.since < self.until,
            f"the report begins at {self.since.isoformat()} and ends at {self.until.isoformat()}; "
            "it must end later than it begins",
        )
        require(
            0 <= self.contaminated <= (self.decisions or 0),
            f"{self.contaminated} of {self.decisions or 0} decisions are contaminated; it is a "
            "part of them",
        )

    @property
    def tried(self) -> int:
        """How many combinations were tried, at least 1."""
        return 1 if self.trials is None else self.trials.count
