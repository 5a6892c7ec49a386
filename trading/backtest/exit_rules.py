"""When a backtest leaves a trade: stop, target, trailing, break-even, time, parts, reversal."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from trading.backtest.number_checks import require_between, require_not_negative, require_positive
from trading.checks import require

MOST_PARTIALS = 8
"""Partial exits of one trade that the engine has room for."""


class GainUnit(StrEnum):
    """What a gain is counted in: fractions of the entry price, or the distance to the stop."""

    FRACTION = "fraction"
    R = "r"


class Opposite(StrEnum):
    """What a signal against the held position does."""

    REVERSE = "reverse"
    CLOSE = "close"
    KEEP = "keep"


OPPOSITES = (Opposite.REVERSE, Opposite.CLOSE, Opposite.KEEP)
"""The place in the table is the number the engine counts in."""


class InsideBar(StrEnum):
    """Which comes first when stop and target lie in one bar and no finer bar can tell.

    STOP_FIRST is the worse bound and the default, TARGET_FIRST the better one. NEARER_FIRST takes
    the extreme that is nearer to the open first, as the simulated exchange walks a candle; equally
    near, the low in a rising candle and the high in a falling one.
    """

    STOP_FIRST = "stop_first"
    TARGET_FIRST = "target_first"
    NEARER_FIRST = "nearer_first"


INSIDE_BARS = (InsideBar.STOP_FIRST, InsideBar.TARGET_FIRST, InsideBar.NEARER_FIRST)
"""The place in the table is the number the engine counts in."""


class TargetGap(StrEnum):
    """Where a target fills that the market jumped over at the open.

    OPEN: at the open, as a resting order would. TARGET: at the target, no windfall, as labels
    are made (learning.md §4.2.3).
    """

    OPEN = "open"
    TARGET = "target"


@dataclass(frozen=True, slots=True)
class PartialExit:
    """Leave `portion` (0..1) of the entry's quantity when the price has gained `gain`."""

    gain: float
    portion: float

    def __post_init__(self) -> None:
        require_positive("partial exit gain", self.gain)
        require_between("partial exit portion", self.portion, 0, 1)
        require(self.portion > 0, "partial exit portion is 0; it must be above 0")


@dataclass(frozen=True, slots=True)
class ExitRules:
    """None switches a rule off. Gains are in `gains_in`, from the price the entry filled at.

    `stop_fraction` is the distance of the stop as a fraction of that price, `target` the gain of
    the target; prices of the signal win over both. From a gain of `trailing_from` on the stop
    follows the best price at `trailing_distance`; at a gain of `break_even_at` it goes to the
    price that earns the fees. Stops only ever tighten. A position is left at the open of the
    first bar that opens `held_at_most` or more after the entry.
    """

    stop_fraction: float | None = None
    target: float | None = None
    trailing_distance: float | None = None
    trailing_from: float = 0.0
    break_even_at: float | None = None
    partials: tuple[PartialExit, ...] = ()
    gains_in: GainUnit = GainUnit.FRACTION
    held_at_most: timedelta | None = None
    opposite: Opposite = Opposite.REVERSE
    inside_bar: InsideBar = InsideBar.STOP_FIRST
    target_gap: TargetGap = TargetGap.OPEN

    def __post_init__(self) -> None:
        if self.stop_fraction is not None:
            require_positive("stop_fraction", self.stop_fraction)
            require(
                self.stop_fraction < 1,
                f"stop_fraction is {self.stop_fraction}; it must be below 1 (1 % is 0.01)",
            )
        for name in ("target", "trailing_distance", "break_even_at"):
            if (value := getattr(self, name)) is not None:
                require_positive(name, value)
        require_not_negative("trailing_from", self.trailing_from)
        require(
            self.held_at_most is None or self.held_at_most > timedelta(0),
            f"held_at_most is {self.held_at_most}; it must be above 0",
        )
        self._require_partials()

    def _require_partials(self) -> None:
        require(
            len(self.partials) <= MOST_PARTIALS,
            f"{len(self.partials)} partial exits; at most {MOST_PARTIALS} are possible",
        )
        gains = [part.gain for part in self.partials]
        require(
            gains == sorted(set(gains)),
            f"partial exits gain {gains}; each must lie beyond the one before",
        )
        total = sum(part.portion for part in self.partials)
        require(
            total <= 1 + 1e-12,
            f"partial exits leave {total} of the position; at most 1 can be left",
        )
