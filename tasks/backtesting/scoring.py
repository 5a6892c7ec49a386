"""The summaries of many runs: which combination is how good at what was asked."""

import math
from collections.abc import Mapping, Sequence
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from tasks.backtesting.part_results import KEPT, Line, Moments, PartResult, best_of
from tasks.backtesting.questions import Objective, SweepQuestion
from trading.backtest.bars import Floats
from trading.backtest.summaries import Summaries
from trading.metrics.paths import DAYS_A_YEAR

_MOST_SCORES = 10_000
"""A grid of more cells is not drawn as a map; a search tries fewer."""


def judged(
    summaries: Summaries,
    combinations: Sequence[tuple[int, Mapping[str, str]]],
    initial_usdt: Floats,
    question: SweepQuestion,
) -> PartResult:
    """What these runs say, one row per combination; `initial_usdt` is the equity each began with.

    A run with fewer closed trades than the question's `fewest_trades` has no score: the best of
    a few trades is luck.
    """
    total_return = summaries.final_equity / initial_usdt - 1
    scores = _scores(summaries, total_return, question.objective)
    scores = np.where(summaries.closed >= question.fewest_trades, scores, np.nan)
    sharpes = summaries.sharpe[np.isfinite(summaries.sharpe)] / math.sqrt(DAYS_A_YEAR)
    keeps_scores = question.combinations() <= _MOST_SCORES
    return PartResult(
        tried=len(combinations),
        profitable=int(np.count_nonzero(total_return > 0)),
        sharpes=Moments.of(sharpes.tolist()),
        best=best_of(
            _line(summaries, row, combinations[row], initial_usdt[row], scores[row])
            for row in _leading(scores)
        ),
        scores={number: _finite(scores[row]) for row, (number, _) in enumerate(combinations)}
        if keeps_scores
        else {},
    )


def _leading(scores: Floats) -> NDArray[np.intp]:
    """Rows of the best finite scores, more than KEPT only where the last are equal."""
    ranked = np.where(np.isfinite(scores), scores, -np.inf)
    if len(ranked) > KEPT:
        bar = np.partition(ranked, -KEPT)[-KEPT]
        return np.flatnonzero((ranked >= bar) & np.isfinite(scores))
    return np.flatnonzero(np.isfinite(scores))


def _line(
    summaries: Summaries,
    row: int,
    numbered: tuple[int, Mapping[str, str]],
    initial_usdt: float,
    score: float,
) -> Line:
    number, combination = numbered
    final = float(summaries.final_equity[row])
    return Line(
        number=number,
        combination=dict(combination),
        trades=int(summaries.trades[row]),
        net_usdt=final - float(initial_usdt),
        total_return=final / float(initial_usdt) - 1,
        max_drawdown=float(summaries.max_drawdown[row]),
        win_rate=_finite(summaries.win_rate[row]),
        profit_factor=_finite(summaries.profit_factor[row]),
        sharpe=_finite(summaries.sharpe[row]),
        exposure=float(summaries.exposure[row]),
        score=_finite(score),
    )


def _scores(summaries: Summaries, total_return: Floats, objective: Objective) -> Floats:
    match objective:
        case Objective.SHARPE:
            return summaries.sharpe
        case Objective.NET:
            return total_return
        case Objective.PROFIT_FACTOR:
            return summaries.profit_factor
        case Objective.CALMAR:
            return _calmar(summaries, total_return)
        case _:  # pragma: no cover
            assert_never(objective)


def _calmar(summaries: Summaries, total_return: Floats) -> Floats:
    """Yearly growth over the deepest fall; NaN where nothing fell."""
    worth = np.maximum(1 + total_return, 0.0)
    years = np.maximum(summaries.days, 1) / DAYS_A_YEAR
    fall = np.where(summaries.max_drawdown > 0, summaries.max_drawdown, np.nan)
    calmar: Floats = (worth ** (1 / years) - 1) / fall
    return calmar


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
