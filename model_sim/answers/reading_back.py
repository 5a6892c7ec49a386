"""From rows of the picture to prices: the candles that are told in words give the scale."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from model_sim.answers.facts import Bar, Facts
from model_sim.sight.candles import Reach
from model_sim.sight.looking import Sight

_WORST_ROWS = 2.0
"""A scale on which half of the told candles lie farther off is no scale of this picture."""

_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Extremes:
    """The highest and the lowest price on the picture, in USDT."""

    high: Decimal
    low: Decimal


@dataclass(frozen=True, slots=True)
class _Scale:
    top_price: float
    per_row: float

    def price(self, row: int, tick: Decimal) -> Decimal:
        """The price of a row, on the tick grid."""
        steps = round(Decimal(str(self.top_price + self.per_row * row)) / tick)
        return steps * tick

    def rows_off(self, row: float, price: float) -> float:
        """How many rows a price lies from where this scale has it."""
        return abs(self.top_price + self.per_row * row - price) / abs(self.per_row)


def extremes(facts: Facts, sight: Sight) -> Extremes | None:
    """What the picture shows as its highest and lowest price.

    Measured where the picture agrees with the candles told; else what the words say of them;
    None where neither says anything.
    """
    scale = _scale(facts.bars, sight.reaches)
    if scale is not None:
        reaches = sight.reaches.values()
        return Extremes(
            scale.price(min(reach.top for reach in reaches), facts.tick),
            scale.price(max(reach.bottom for reach in reaches), facts.tick),
        )
    return _told_extremes(facts)


def _told_extremes(facts: Facts) -> Extremes | None:
    named = [facts.first("highest"), facts.first("lowest"), facts.last]
    prices = [price for price in named if price is not None]
    prices += [price for bar in facts.bars for price in (bar.high, bar.low)]
    return Extremes(max(prices), min(prices)) if prices else None


def last_move(facts: Facts, sight: Sight) -> str:
    """How the last candle moved, from the picture; a draw is told apart in the words alone."""
    told = _told_move(facts.bars[-1]) if facts.bars else "flat"
    if sight.last_move is None or (told == "flat" and facts.bars):
        return told
    return sight.last_move


def _told_move(bar: Bar) -> str:
    if bar.close == bar.open:
        return "flat"
    return "up" if bar.close > bar.open else "down"


def _scale(bars: Sequence[Bar], reaches: Mapping[int, Reach]) -> _Scale | None:
    """The straight line through the ends of most candles that are both told and seen."""
    points = [
        (float(row), float(price))
        for age, bar in enumerate(reversed(bars))
        if (reach := reaches.get(age)) is not None
        for row, price in ((reach.top, bar.high), (reach.bottom, bar.low))
    ]
    kept = points
    for _ in range(_ROUNDS):
        if len({row for row, _ in kept}) < 2 or 2 * len(kept) < len(points):
            return None
        scale = _least_squares(kept)
        # Rows grow downwards: on a picture prices fall with them.
        if scale.per_row >= 0:
            return None
        off = sorted(scale.rows_off(*point) for point in points)
        # An average drawn over the end of a candle hides it, so the worst are left out.
        allowed = max(_WORST_ROWS, off[len(off) // 2])
        kept = [point for point in points if scale.rows_off(*point) <= allowed]
    return scale if off[len(off) // 2] <= _WORST_ROWS else None


def _least_squares(points: Sequence[tuple[float, float]]) -> _Scale:
    middle_row = sum(row for row, _ in points) / len(points)
    middle_price = sum(price for _, price in points) / len(points)
    spread = sum((row - middle_row) ** 2 for row, _ in points)
    per_row = sum((row - middle_row) * (price - middle_price) for row, price in points) / spread
    return _Scale(middle_price - per_row * middle_row, per_row)
