"""Indicators on float64 arrays of shape (n_bars,), oldest bar first.

Every function returns an array of the input's shape whose value at bar i uses bars 0..i only.
Bars before an indicator is warm are NaN. Periods are whole bars, at least 1; input must be finite.
Wilder's indicators follow J. W. Wilder, New Concepts in Technical Trading Systems (1978), with
the start-up rule of TA-Lib: the first average is the plain mean of the first `period` values.
"""

from typing import NamedTuple

import numpy as np

from trading.bars import Series
from trading.checks import require


class DirectionalMovement(NamedTuple):
    """Wilder's ADX and directional indicators, each (n_bars,), 0..100."""

    adx: Series
    plus_di: Series
    minus_di: Series


class Macd(NamedTuple):
    """Appel's moving average convergence divergence, each (n_bars,), in price units."""

    line: Series
    signal: Series
    histogram: Series


class Bollinger(NamedTuple):
    """Where the close stands in its bands, 0 the lower and 1 the upper, and how wide they are.

    Each (n_bars,). `percent_b` leaves 0..1 with the close; `bandwidth` is a fraction of the
    middle.
    """

    percent_b: Series
    bandwidth: Series


def ema(values: Series, period: int) -> Series:
    """Exponential moving average with weight 2 / (period + 1).

    The first value, at bar period - 1, is the mean of the first `period` values.
    """
    return _smooth(values, period, start=0, weight=2 / (period + 1))


def true_range(high: Series, low: Series, close: Series) -> Series:
    """Wilder's true range: the bar's range extended to the previous close; bar 0: high - low."""
    result = high - low
    previous = close[:-1]
    result[1:] = np.maximum(high[1:], previous) - np.minimum(low[1:], previous)
    return result


def atr(high: Series, low: Series, close: Series, period: int = 14) -> Series:
    """Wilder's average true range in price units; first value at bar `period`."""
    return _wilder(true_range(high, low, close), period, start=1)


def rsi(close: Series, period: int = 14) -> Series:
    """Wilder's relative strength index, 0..100; first value at bar `period`.

    A window without losses is 100; one without any change is 50.
    """
    change = _change(close)
    gain = _wilder(np.maximum(change, 0), period, start=1)
    loss = _wilder(np.maximum(-change, 0), period, start=1)
    return np.where(gain + loss == 0, 50.0, 100 * _ratio(gain, gain + loss))


def adx(high: Series, low: Series, close: Series, period: int = 14) -> DirectionalMovement:
    """Wilder's ADX with +DI and -DI.

    The directional indicators start at bar `period`, ADX at bar 2 x period - 1. A window without
    any range has DI 0; one without direction has DX 0.
    """
    rise, fall = _change(high), -_change(low)
    plus = np.where((rise > fall) & (rise > 0), rise, 0.0)
    minus = np.where((fall > rise) & (fall > 0), fall, 0.0)
    average_range = atr(high, low, close, period)
    plus_di = 100 * _ratio(_wilder(plus, period, start=1), average_range)
    minus_di = 100 * _ratio(_wilder(minus, period, start=1), average_range)
    dx = 100 * _ratio(np.abs(plus_di - minus_di), plus_di + minus_di)
    return DirectionalMovement(_wilder(dx, period, start=period), plus_di, minus_di)


def macd(close: Series, fast: int = 12, slow: int = 26, signal: int = 9) -> Macd:
    """MACD: the fast EMA less the slow one, the EMA of that line, and their difference.

    G. Appel, Technical Analysis: Power Tools for Active Investors (2005). The line starts at bar
    slow - 1, signal and histogram at bar slow + signal - 2; each average is seeded by its own
    first bars.
    """
    require(
        fast < slow,
        f"MACD averages of {fast} and {slow} bars; the slow one is at least a bar longer",
    )
    line = ema(close, fast) - ema(close, slow)
    average = _smooth(line, signal, start=slow - 1, weight=2 / (signal + 1))
    return Macd(line, average, line - average)


def bollinger(close: Series, period: int = 20, deviations: float = 2.0) -> Bollinger:
    """Bollinger's %B and bandwidth around the mean of the last `period` closes.

    J. Bollinger, Bollinger on Bollinger Bands (2001): population deviation, the bar itself is one
    of the period. First value at bar period - 1; a market that stands still is in the middle.
    """
    _require_period(period)
    percent_b, bandwidth = np.full(len(close), np.nan), np.full(len(close), np.nan)
    if len(close) >= period:
        windows = np.lib.stride_tricks.sliding_window_view(close, period)
        middle, reach = windows.mean(axis=1), deviations * _deviation(windows)
        percent_b[period - 1 :] = 0.5 + _ratio(windows[:, -1] - middle, 2 * reach)
        bandwidth[period - 1 :] = _ratio(2 * reach, middle)
    return Bollinger(percent_b, bandwidth)


def swing_highs(high: Series, *, wing: int = 2) -> Series:
    """Price of the swing high that bar i confirms, else NaN.

    A swing high (Williams' fractal) is above the `wing` bars on either side; it is known only
    `wing` bars later and is reported there.
    """
    require(wing >= 1, f"swing wing is {wing} bars; at least 1")
    result = np.full(len(high), np.nan)
    if len(high) > 2 * wing:
        windows = np.lib.stride_tricks.sliding_window_view(high, 2 * wing + 1)
        middle, others = windows[:, wing], np.delete(windows, wing, axis=1)
        result[2 * wing :] = np.where(middle > others.max(axis=1), middle, np.nan)
    return result


def swing_lows(low: Series, *, wing: int = 2) -> Series:
    """Price of the swing low that bar i confirms, else NaN; the mirror of `swing_highs`."""
    return -swing_highs(-low, wing=wing)


def highest_before(values: Series, period: int) -> Series:
    """Highest of the `period` bars before bar i, without bar i (Donchian); first at `period`."""
    _require_period(period)
    result = np.full(len(values), np.nan)
    if len(values) > period:
        windows = np.lib.stride_tricks.sliding_window_view(values, period)
        result[period:] = windows[:-1].max(axis=1)
    return result


def lowest_before(values: Series, period: int) -> Series:
    """Lowest of the `period` bars before bar i, without bar i (Donchian); first at `period`."""
    return -highest_before(-values, period)


def realised_volatility(close: Series, period: int) -> Series:
    """Sample standard deviation of the last `period` log returns, per bar, not annualised.

    `period` is at least 2; first value at bar `period`.
    """
    require(period >= 2, f"volatility period is {period} bars; at least 2")
    result = np.full(len(close), np.nan)
    if len(close) > period:
        windows = np.lib.stride_tricks.sliding_window_view(np.diff(np.log(close)), period)
        result[period:] = windows.std(axis=1, ddof=1)
    return result


def volume_z_score(volume: Series, period: int = 48) -> Series:
    """Distance of a bar's volume from the mean of its last `period` bars in standard deviations.

    The bar itself is one of them; first value at bar period - 1; constant volume is 0.
    """
    _require_period(period)
    result = np.full(len(volume), np.nan)
    if len(volume) >= period:
        windows = np.lib.stride_tricks.sliding_window_view(volume, period)
        result[period - 1 :] = _ratio(windows[:, -1] - windows.mean(axis=1), _deviation(windows))
    return result


def _require_period(period: int) -> None:
    require(period >= 1, f"indicator period is {period} bars; at least 1")


def _change(values: Series) -> Series:
    return np.diff(values, prepend=values[:1])


def _ratio(numerator: Series, denominator: Series) -> Series:
    """Quotient, 0 where the denominator is 0, NaN where either is NaN."""
    safe = np.where(denominator == 0, 1.0, denominator)
    return np.where(denominator == 0, numerator * 0, numerator / safe)


def _deviation(windows: Series) -> Series:
    """Population deviation of each row."""
    # The deviation of equal numbers is not always 0 in floating point; their range is.
    return np.where(np.ptp(windows, axis=1) == 0, 0.0, windows.std(axis=1))


def _wilder(values: Series, period: int, *, start: int) -> Series:
    return _smooth(values, period, start=start, weight=1 / period)


def _smooth(values: Series, period: int, *, start: int, weight: float) -> Series:
    """Recursive average from bar `start` on, seeded with the mean of its first `period` values."""
    _require_period(period)
    result = np.full(len(values), np.nan)
    first = start + period - 1
    if len(values) <= first:
        return result
    level = float(values[start : first + 1].mean())
    levels = [level]
    # Plain floats: reading and writing an array element by element takes four times as long.
    for value in values[first + 1 :].tolist():
        level += weight * (value - level)
        levels.append(level)
    result[first:] = levels
    return result
