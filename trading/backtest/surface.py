"""How the score of a sweep depends on two of its parameters: a plateau, or a lucky peak."""

from dataclasses import dataclass

from trading.backtest.bars import Floats
from trading.backtest.grids import Axis
from trading.checks import require


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """The score called `score` at every pair of values.

    `scores` has shape (values of `down`, values of `across`), NaN where a pair was not tried or
    has no score; where more parameters were tried it is the mean over the others.
    """

    score: str
    across: Axis
    down: Axis
    scores: Floats

    def __post_init__(self) -> None:
        expected = (len(self.down.values), len(self.across.values))
        require(
            self.scores.shape == expected and min(expected) > 0,
            f"a surface of shape {self.scores.shape} over {expected[0]} values of "
            f"{self.down.name} and {expected[1]} of {self.across.name}; it has one score per pair",
        )
