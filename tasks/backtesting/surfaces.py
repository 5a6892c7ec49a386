"""How the score of a sweep depends on two of its parameters, for the map on its page."""

import math
from collections.abc import Mapping

import numpy as np

from tasks.backtesting.questions import SweepQuestion
from trading.backtest.surface import Surface

_WIDEST = 60
"""Values of an axis that a page has room for."""


def surface_of(question: SweepQuestion, scores: Mapping[int, float | None]) -> Surface | None:
    """Scores over the two parameters with the most values, the mean over the others.

    None where there are not two, where they have too many values to be shown, or where the sweep
    kept no scores.
    """
    grid = question.grid()
    by_length = sorted(grid.axes, key=lambda axis: -len(axis.values))[:2]
    if len(by_length) < 2 or len(by_length[0].values) > _WIDEST or not scores:
        return None
    across, down = by_length
    column, row = grid.axes.index(across), grid.axes.index(down)
    sums = np.zeros((len(down.values), len(across.values)))
    counts = np.zeros_like(sums)
    for number, score in scores.items():
        if score is not None and math.isfinite(score):
            places = grid.places(number)
            sums[places[row], places[column]] += score
            counts[places[row], places[column]] += 1
    means = np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)
    return Surface(question.objective.value, across, down, means)
