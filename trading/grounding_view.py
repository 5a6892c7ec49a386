"""What an answer is held against: the market it was asked about, its picture and its moment."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from trading.candles import Candle
from trading.checks import require, require_not_negative, require_positive, require_utc
from trading.snapshot import MarketSnapshot


@dataclass(frozen=True, slots=True)
class GroundingRules:
    """How far an answer may be from the market (analysis.md §3.5).

    Fractions of: the drawn price range (readback), a bar (age), the mark price (entry, levels),
    the fact itself (evidence), the cited values (false evidence). Two ticks of a price are
    forgiven in any case, as are two of the last digit of any other fact.
    `maximum_conflict_points` is in percent points.
    """

    readback_tolerance: Decimal = Decimal("0.0075")
    maximum_age: Decimal = Decimal("0.25")
    maximum_entry_atr: Decimal = Decimal(2)
    maximum_entry_distance: Decimal = Decimal("0.03")
    maximum_level_distance: Decimal = Decimal("0.15")
    maximum_conflict_points: Decimal = Decimal(20)
    evidence_tolerance: Decimal = Decimal("0.01")
    evidence_tolerance_steps: Decimal = Decimal(2)
    # Not a Decimal: two false of six are exactly a third.
    maximum_false_evidence: Fraction = Fraction(1, 3)

    def __post_init__(self) -> None:
        for name in ("maximum_age", "maximum_entry_atr", "maximum_entry_distance"):
            require_positive(name, getattr(self, name))
        for name in ("readback_tolerance", "evidence_tolerance", "evidence_tolerance_steps"):
            require_not_negative(name, getattr(self, name))
        require(
            0 <= self.maximum_false_evidence < 1,
            f"maximum_false_evidence is {self.maximum_false_evidence}; it is at least 0, below 1",
        )


@dataclass(frozen=True, slots=True)
class GroundingView:
    """The market an answer is about, and what it was shown of it.

    `chart_code` is what was printed in the picture, None if no picture was sent; `drawn_low` and
    `drawn_high` are the lowest and highest price it shows, in USDT, None if it shows no prices of
    the market; `drawn_last` is its newest candle, None if that is the snapshot's. `answered_at` is
    when the reply was whole. `analyst` and `version` name who answered and go into the analysis.
    """

    snapshot: MarketSnapshot
    chart_code: str | None
    drawn_low: Decimal | None
    drawn_high: Decimal | None
    answered_at: datetime
    rules: GroundingRules
    analyst: str
    version: str
    drawn_last: Candle | None = None

    def __post_init__(self) -> None:
        require_utc("answered_at", self.answered_at)
        require(self.chart_code != "", "the chart code is empty; without a picture it is None")
        require(
            (self.drawn_low is None) == (self.drawn_high is None),
            f"drawn prices are {self.drawn_low} to {self.drawn_high}; both or none are known",
        )
