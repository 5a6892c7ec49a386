"""What a part of a sweep leaves: its best lines and sums over all it tried. It can be stored."""

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Self

from pydantic import BaseModel, ConfigDict

from trading.metrics.sharpe import Trials

KEPT = 20
"""Lines that a part keeps, and a sweep shows: memory must not grow with what is tried."""


class Line(BaseModel):
    """One combination: fractions are 0..1, money is USDT, `sharpe` is annualised.

    A figure is None where it cannot be said; `score` is None for one that must not be chosen.
    """

    model_config = ConfigDict(frozen=True)

    number: int
    combination: dict[str, str]
    trades: int
    net_usdt: float
    total_return: float
    max_drawdown: float
    win_rate: float | None
    profit_factor: float | None
    sharpe: float | None
    exposure: float
    score: float | None


class Moments(BaseModel):
    """Count, mean and sum of squared deviations, which add up over parts.

    The pairwise update is that of Chan, Golub and LeVeque (1979): no cancellation.
    """

    model_config = ConfigDict(frozen=True)

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """Of finite numbers."""
        if not values:
            return cls()
        mean = sum(values) / len(values)
        return cls(
            count=len(values), mean=mean, squares=sum((value - mean) ** 2 for value in values)
        )

    @property
    def variance(self) -> float:
        """Of the sample; 0 below two numbers."""
        return self.squares / (self.count - 1) if self.count > 1 else 0.0

    def plus(self, other: "Moments") -> "Moments":
        """Of both together."""
        if not self.count or not other.count:
            return self if self.count else other
        count, apart = self.count + other.count, other.mean - self.mean
        return Moments(
            count=count,
            mean=self.mean + apart * other.count / count,
            squares=self.squares + other.squares + apart**2 * self.count * other.count / count,
        )


class PartResult(BaseModel):
    """`tried` counts the combinations that were run, `refused` those the strategy itself forbids.

    `sharpes` are per day, not annualised. `best` has at most KEPT lines, the best first. `scores`
    holds every score by combination, where the grid is small enough to be drawn or searched.
    """

    model_config = ConfigDict(frozen=True)

    tried: int = 0
    refused: int = 0
    profitable: int = 0
    sharpes: Moments = Moments()
    best: tuple[Line, ...] = ()
    scores: dict[int, float | None] = {}

    @property
    def trials(self) -> Trials | None:
        """What the deflated Sharpe ratio asks of a sweep; None before two could be measured."""
        if self.sharpes.count < 2:
            return None
        return Trials(self.tried, self.sharpes.variance)

    def plus(self, other: "PartResult") -> "PartResult":
        """Of both parts together."""
        return PartResult(
            tried=self.tried + other.tried,
            refused=self.refused + other.refused,
            profitable=self.profitable + other.profitable,
            sharpes=self.sharpes.plus(other.sharpes),
            best=best_of((*self.best, *other.best)),
            scores={**self.scores, **other.scores},
        )


def together(parts: Iterable[PartResult]) -> PartResult:
    """All parts as one, whatever their order."""
    return reduce(PartResult.plus, parts, PartResult())


def best_of(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The best lines by score, at most KEPT; of equals the first of the grid."""
    scored = [line for line in lines if line.score is not None]
    return tuple(sorted(scored, key=lambda line: (-(line.score or 0.0), line.number))[:KEPT])
