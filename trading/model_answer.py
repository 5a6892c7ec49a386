"""The answer of a vision model as its schema `analysis.v1` has it: well-formed, not yet believed.

Fields of analysis.md §3.4. There is no `confidence` among them on purpose: it is derived.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from trading.analysis import Action, FlatReason, Probabilities, Regime

ANSWER_VERSION = "analysis.v1"


class Move(StrEnum):
    """How the last candle moved."""

    UP = "up"
    DOWN = "down"
    FLAT = "flat"


class Stage(StrEnum):
    """How far a pattern has come."""

    FORMING = "forming"
    COMPLETE = "complete"
    FAILED = "failed"


class Bias(StrEnum):
    """Which side something speaks for."""

    LONG = "long"
    SHORT = "short"
    NEUTRAL = "neutral"


class PatternName(StrEnum):
    """The chart patterns an answer may name."""

    NONE = "none"
    DOUBLE_TOP = "double_top"
    DOUBLE_BOTTOM = "double_bottom"
    HEAD_AND_SHOULDERS = "head_and_shoulders"
    INVERSE_HEAD_AND_SHOULDERS = "inverse_head_and_shoulders"
    ASCENDING_TRIANGLE = "ascending_triangle"
    DESCENDING_TRIANGLE = "descending_triangle"
    SYMMETRICAL_TRIANGLE = "symmetrical_triangle"
    RISING_WEDGE = "rising_wedge"
    FALLING_WEDGE = "falling_wedge"
    BULL_FLAG = "bull_flag"
    BEAR_FLAG = "bear_flag"
    RANGE = "range"
    BREAKOUT = "breakout"
    BREAKDOWN = "breakdown"
    ENGULFING = "engulfing"
    PIN_BAR = "pin_bar"


class EntryType(StrEnum):
    """How the model would enter."""

    MARKET = "market"
    LIMIT = "limit"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Readback:
    """What the model read off the picture; prices in USDT."""

    last_candle: Move
    visible_high: Decimal
    visible_low: Decimal


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern it sees."""

    name: PatternName
    stage: Stage
    bias: Bias
    note: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A claim, and the fact of the snapshot it rests on: `field` names it, `value` is cited."""

    claim: str
    field: str
    value: Decimal | None
    supports: Bias


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """One answer, as said. Prices in USDT as stated; `probabilities` already sum to 100.

    `chart_code` is what it read in the corner of the picture. `evidence` comes before the
    decision in the schema, because generation is sequential.
    """

    chart_code: str
    readback: Readback
    regime: Regime
    patterns: tuple[Pattern, ...]
    support: tuple[Decimal, ...]
    resistance: tuple[Decimal, ...]
    evidence: tuple[Evidence, ...]
    bull_case: str
    bear_case: str
    invalidation: str
    p_up: int
    action: Action
    entry_type: EntryType
    entry_price: Decimal | None
    stop_loss: Decimal | None
    take_profit: Decimal | None
    horizon_bars: int | None
    probabilities: Probabilities | None
    flat_reason: FlatReason | None
    summary: str
