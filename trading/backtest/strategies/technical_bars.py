"""The built-in analyst asked at every bar, compiled: side, levels, and what the desk would say."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trading.backtest.bars import Floats
from trading.backtest.live_twins.codes import SPIKE
from trading.backtest.live_twins.signals import (
    LevelRules,
    QuoteNumbers,
    check_levels,
    round_level,
)
from trading.backtest.signals import Sides
from trading.backtest.strategies.technical_window import Moves, Periods, Reading, read_window

_SWINGS = 4
_WING = 2


class Candles(NamedTuple):
    """The bars with what is known of each at its close, every array (n_bars,).

    `last` is the price of the ticker at the decision; `highest` and `lowest` the range before the
    bar; swings as `trading.indicators.swing_highs` reports them; `is_whole` whether the window
    that ends with the bar is full and without a gap.
    """

    open: Floats
    high: Floats
    low: Floats
    close: Floats
    last: Floats
    highest: Floats
    lowest: Floats
    swing_highs: Floats
    swing_lows: Floats
    is_whole: NDArray[np.bool_]


class TechnicalNumbers(NamedTuple):
    """The parameters of the analyst and of the checks behind it; `lookback` in bars.

    `tick` and `half_spread` in USDT; 0 rounds nothing.
    """

    lookback: int
    periods: Periods
    minimum_adx: float
    exhausted_rsi: float
    stop_atr: float
    reward_risk: float
    spike_atr: float
    tick: float
    half_spread: float
    levels: LevelRules


class TechnicalColumns(NamedTuple):
    """What the analyst wanted at each bar and whether the desk let it pass, every array (n_bars,).

    `side` is 0 where it wanted nothing; `code` says why what it wanted was refused, 0 where it was
    not (`live_twins.codes`). `stop` and `target` are on the tick grid; `swing` is the price that
    covers the stop. NaN where side is 0.
    """

    side: Sides
    code: NDArray[np.int8]
    stop: Floats
    target: Floats
    atr: Floats
    swing: Floats


@njit(cache=True, nogil=True)
def judge_bars(candles: Candles, moves: Moves, numbers: TechnicalNumbers) -> TechnicalColumns:
    """The columns of all bars; each uses its own window alone."""
    n_bars = len(candles.close)
    columns = TechnicalColumns(
        np.zeros(n_bars, np.int8),
        np.zeros(n_bars, np.int8),
        np.full(n_bars, np.nan),
        np.full(n_bars, np.nan),
        np.full(n_bars, np.nan),
        np.full(n_bars, np.nan),
    )
    for bar in range(numbers.lookback - 1, n_bars):
        if candles.is_whole[bar]:
            _judge(bar, candles, moves, numbers, columns)
    return columns


@njit(cache=True, nogil=True)
def _judge(
    bar: int, candles: Candles, moves: Moves, numbers: TechnicalNumbers, columns: TechnicalColumns
) -> None:
    start = bar + 1 - numbers.lookback
    window = (start, bar + 1)
    reading = read_window(candles.close, candles.high, candles.low, moves, window, numbers.periods)
    side = _wanted(bar, candles, reading, numbers)
    reach = side * numbers.stop_atr * reading.atr
    last = candles.last[bar]
    stop, target = last - reach, last + reach * numbers.reward_risk
    if side == 0 or min(stop, target) <= 0:
        return
    columns.side[bar], columns.atr[bar] = side, reading.atr
    columns.stop[bar] = round_level(side, stop, numbers.tick)
    columns.target[bar] = round_level(side, target, numbers.tick)
    columns.swing[bar] = _swing(side, start, bar, candles, last + side * numbers.half_spread)
    columns.code[bar] = _check(bar, candles, reading, numbers, columns)


@njit(cache=True, nogil=True)
def _wanted(bar: int, candles: Candles, reading: Reading, numbers: TechnicalNumbers) -> int:
    """1 or -1 where trend, strength and setup agree, else 0."""
    side = _trend(reading, numbers)
    strength = reading.rsi if side > 0 else 100 - reading.rsi
    if side == 0 or strength > numbers.exhausted_rsi:
        return 0
    edge = candles.highest[bar] if side > 0 else candles.lowest[bar]
    close = candles.close[bar]
    if side * close > side * edge:
        return side
    has_touched = reading.touched_up if side > 0 else reading.touched_down
    is_back = side * close > side * reading.fast and side * close > side * candles.open[bar]
    return side if has_touched and is_back else 0


@njit(cache=True, nogil=True)
def _trend(reading: Reading, numbers: TechnicalNumbers) -> int:
    if reading.adx < numbers.minimum_adx:
        return 0
    if reading.fast > reading.slow and reading.plus_di > reading.minus_di:
        return 1
    if reading.fast < reading.slow and reading.minus_di > reading.plus_di:
        return -1
    return 0


@njit(cache=True, nogil=True)
def _check(
    bar: int,
    candles: Candles,
    reading: Reading,
    numbers: TechnicalNumbers,
    columns: TechnicalColumns,
) -> int:
    """Why the desk sends nothing for it: a spike, or levels that make no sense; else 0."""
    if candles.high[bar] - candles.low[bar] > numbers.spike_atr * reading.atr_before:
        return SPIKE
    last, side = candles.last[bar], columns.side[bar]
    quotes = QuoteNumbers(last - numbers.half_spread, last + numbers.half_spread, last, last)
    stop, target = columns.stop[bar], columns.target[bar]
    return check_levels(side, stop, target, quotes, reading.atr, numbers.levels)


@njit(cache=True, nogil=True)
def _swing(side: int, start: int, bar: int, candles: Candles, entry: float) -> float:
    """The newest of the last four swings behind the entry, NaN if there is none."""
    swings, seen = candles.swing_lows if side > 0 else candles.swing_highs, 0
    for place in range(bar, start + 2 * _WING - 1, -1):
        price: float = swings[place]
        if np.isnan(price):
            continue
        if side * (entry - price) > 0:
            return price
        seen += 1
        if seen == _SWINGS:
            break
    return np.nan
