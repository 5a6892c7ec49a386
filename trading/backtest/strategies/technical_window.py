"""The indicators of the built-in analyst in the window that the live desk looks at, compiled.

The desk forgets what lies before its window, and so must its backtest: a recursive average that
had started earlier would have another value. So every bar starts its averages anew.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from trading.backtest.bars import Floats
from trading.backtest.strategies.smoothing import mean, strength


class Moves(NamedTuple):
    """What happens from one bar to the next, each (n_bars,); bar 0 has none and holds zeros."""

    rise: Floats
    fall: Floats
    true_range: Floats
    plus: Floats
    minus: Floats


class Periods(NamedTuple):
    """Lengths in bars, as in `trading.technical_analyst.TechnicalRules`."""

    fast: int
    slow: int
    oscillator: int
    pullback: int


class Reading(NamedTuple):
    """The indicators at the last bar of a window; `atr_before` at the bar before it.

    `touched_up`: a low of the last bars reached the fast average from above; `touched_down`: a
    high from below.
    """

    fast: float
    slow: float
    atr: float
    atr_before: float
    rsi: float
    adx: float
    plus_di: float
    minus_di: float
    touched_up: bool
    touched_down: bool


def moves_of(high: Floats, low: Floats, close: Floats) -> Moves:
    """Rises and falls of the close, true ranges and directional movements, read-only.

    The formulas of `trading.indicators`; they need two neighbouring bars and thus no window.
    """
    change, up, down = _change(close), _change(high), -_change(low)
    previous = np.concatenate([close[:1], close[:-1]])
    columns = (
        np.maximum(change, 0),
        np.maximum(-change, 0),
        np.maximum(high, previous) - np.minimum(low, previous),
        np.where((up > down) & (up > 0), up, 0.0),
        np.where((down > up) & (down > 0), down, 0.0),
    )
    for column in columns:
        column.flags.writeable = False
    return Moves(*columns)


@njit(cache=True, nogil=True)
def read_window(
    close: Floats,
    high: Floats,
    low: Floats,
    moves: Moves,
    window: tuple[int, int],
    periods: Periods,
) -> Reading:
    """The reading of the bars `window[0]` up to but without `window[1]`.

    The window holds at least `TechnicalRules.warm_up_bars` bars.
    """
    fast, slow, touched_up, touched_down = _averages(close, high, low, window, periods)
    atr, atr_before, rsi, adx, plus_di, minus_di = _movement(moves, window, periods.oscillator)
    return Reading(
        fast, slow, atr, atr_before, rsi, adx, plus_di, minus_di, touched_up, touched_down
    )


@njit(cache=True, nogil=True)
def _averages(
    close: Floats, high: Floats, low: Floats, window: tuple[int, int], periods: Periods
) -> tuple[float, float, bool, bool]:
    """Both averages at the last bar, and whether the last bars touched the fast one."""
    start, stop = window
    fast_weight, slow_weight = 2 / (periods.fast + 1), 2 / (periods.slow + 1)
    fast, slow = mean(close, start, periods.fast), mean(close, start, periods.slow)
    up, down = False, False
    for bar in range(start + periods.fast - 1, stop):
        if bar >= start + periods.fast:
            fast += fast_weight * (close[bar] - fast)
        if bar >= start + periods.slow:
            slow += slow_weight * (close[bar] - slow)
        if bar >= stop - periods.pullback:
            up, down = up or low[bar] <= fast, down or high[bar] >= fast
    return fast, slow, up, down


@njit(cache=True, nogil=True)
def _movement(
    moves: Moves, window: tuple[int, int], period: int
) -> tuple[float, float, float, float, float, float]:
    """ATR at the last bar and the one before, RSI, ADX, +DI and -DI.

    All of Wilder's averages share their start and weight. They run side by side: each waits for
    its own last value, and in turn they would take several times as long.
    """
    start, stop = window
    weight, first = 1 / period, start + period
    gain, loss = mean(moves.rise, start + 1, period), mean(moves.fall, start + 1, period)
    plus, minus = mean(moves.plus, start + 1, period), mean(moves.minus, start + 1, period)
    reach = mean(moves.true_range, start + 1, period)
    directions, before, adx = np.empty(period), np.nan, np.nan
    for bar in range(first, stop):
        if bar > first:
            before = reach
            gain += weight * (moves.rise[bar] - gain)
            loss += weight * (moves.fall[bar] - loss)
            plus += weight * (moves.plus[bar] - plus)
            minus += weight * (moves.minus[bar] - minus)
            reach += weight * (moves.true_range[bar] - reach)
        direction = _direction(_share(plus, reach), _share(minus, reach))
        if bar >= first + period:
            adx += weight * (direction - adx)
            continue
        directions[bar - first] = direction
        if bar == first + period - 1:
            adx = mean(directions, 0, period)
    rsi = strength(gain, loss)
    return reach, before, rsi, adx, _share(plus, reach), _share(minus, reach)


@njit(cache=True, nogil=True)
def _share(movement: float, reach: float) -> float:
    return 100 * (0.0 if reach == 0 else movement / reach)


@njit(cache=True, nogil=True)
def _direction(plus_di: float, minus_di: float) -> float:
    total = plus_di + minus_di
    return 100 * (0.0 if total == 0 else abs(plus_di - minus_di) / total)


def _change(values: Floats) -> Floats:
    return np.diff(values, prepend=values[:1])
