"""What an analyst answers about one symbol: an opinion with levels, or an abstention.

The built-in technical analyst and a vision model answer with the same types (analysis.md §3.4).
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from trading.checks import require, require_positive
from trading.positions import Direction

SHORTEST_HORIZON_BARS = 4
LONGEST_HORIZON_BARS = 48


class Action(StrEnum):
    """What the analyst would do now."""

    LONG = "long"
    SHORT = "short"
    FLAT = "flat"

    @property
    def direction(self) -> Direction | None:
        """The direction of the trade, None for FLAT."""
        match self:
            case Action.LONG:
                return Direction.LONG
            case Action.SHORT:
                return Direction.SHORT
            case Action.FLAT:
                return None
            case _:  # pragma: no cover
                assert_never(self)


class FlatReason(StrEnum):
    """Why the analyst would do nothing."""

    NO_SETUP = "no_setup"
    CONFLICT = "conflict"
    LOW_REWARD_RISK = "low_reward_risk"
    EVENT_RISK = "event_risk"
    DATA_DOUBT = "data_doubt"


class Regime(StrEnum):
    """What kind of market the analyst sees."""

    TREND_UP = "trend_up"
    TREND_DOWN = "trend_down"
    RANGE = "range"
    VOLATILE = "volatile"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Probabilities:
    """Percent chances of what happens first within the horizon, given a fill; they sum to 100."""

    tp_first: int
    sl_first: int
    neither: int

    def __post_init__(self) -> None:
        parts = (self.tp_first, self.sl_first, self.neither)
        require(
            all(0 <= part <= 100 for part in parts) and sum(parts) == 100,
            f"probabilities are {parts}; each is 0-100 and together they are 100",
        )


@dataclass(frozen=True, slots=True)
class Analysis:
    """An analyst's opinion of one snapshot. Untrusted until `signals.validate` has seen it.

    Prices in USDT, not yet on the tick grid. `p_up` is the percent chance (1-99) that the close
    after the horizon lies above the reference close; it is stated also when FLAT. A FLAT answer
    has a `flat_reason` and no levels; any other answer has levels and no `flat_reason`. With
    `doubts` it is kept and labelled, but nothing is sent for it.
    """

    analyst: str
    version: str
    action: Action
    p_up: int
    regime: Regime
    reasons: tuple[str, ...]
    stop_loss: Decimal | None = None
    take_profit: Decimal | None = None
    horizon_bars: int | None = None
    probabilities: Probabilities | None = None
    flat_reason: FlatReason | None = None
    doubts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require(1 <= self.p_up <= 99, f"p_up is {self.p_up}; it is a whole percent of 1-99")
        if self.action is Action.FLAT:
            self._require_flat()
            return
        require(self.flat_reason is None, f"{self.action} with flat reason {self.flat_reason}")
        self._require_levels()

    def _require_flat(self) -> None:
        levels = (self.stop_loss, self.take_profit, self.horizon_bars, self.probabilities)
        require(
            all(level is None for level in levels),
            "a FLAT answer has no stop, target, horizon or probabilities",
        )
        require(self.flat_reason is not None, "a FLAT answer must say why (flat_reason)")

    def _require_levels(self) -> None:
        require(
            self.stop_loss is not None and self.take_profit is not None,
            f"{self.action} needs a stop and a target; got {self.stop_loss}, {self.take_profit}",
        )
        # Absent levels were refused above; the default only satisfies the type checker.
        require_positive("stop_loss", self.stop_loss or Decimal(0))
        require_positive("take_profit", self.take_profit or Decimal(0))
        require(
            self.horizon_bars is not None
            and SHORTEST_HORIZON_BARS <= self.horizon_bars <= LONGEST_HORIZON_BARS,
            f"horizon is {self.horizon_bars} bars; allowed are "
            f"{SHORTEST_HORIZON_BARS}-{LONGEST_HORIZON_BARS}",
        )


class AbstentionCode(StrEnum):
    """Why an analyst gave no answer, or none that could be believed.

    From TRUNCATED on they are the failures of an answer (`trading.failures`), by the same names.
    """

    DATA_TOO_SHORT = "data_too_short"
    TIMED_OUT = "timed_out"
    BUDGET = "budget"
    UNAVAILABLE = "unavailable"
    REFUSED_BY_SERVER = "refused_by_server"
    IN_FLIGHT = "in_flight"
    SAFE_MODE = "safe_mode"
    TRUNCATED = "truncated"
    REFUSAL = "refusal"
    EMPTY = "empty"
    NOT_JSON = "not_json"
    MULTI_JSON = "multi_json"
    CONFUSABLE = "confusable"
    BAD_NUMBER = "bad_number"
    SCHEMA = "schema"
    VISION_NOT_SEEN = "vision_not_seen"
    READBACK_MISMATCH = "readback_mismatch"
    SYMBOL_MISMATCH = "symbol_mismatch"
    STALE = "stale"
    PRICE_INSANE = "price_insane"
    PROB_INCOHERENT = "prob_incoherent"
    EVIDENCE_FALSE = "evidence_false"
    INJECTION = "injection"


@dataclass(frozen=True, slots=True)
class Abstention:
    """No answer. Never stored as FLAT: doing nothing and knowing nothing are two things."""

    code: AbstentionCode
    detail: str
