"""Each indicator against a plain reference formula, and none may see the future."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from math import log, sqrt
from statistics import fmean, pstdev, stdev

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading import builders
from trading import indicators
from trading.bars import Bars, Series, to_bars
from trading.errors import InvariantError

BARS = to_bars(builders.candles(80))
NAN = float("nan")


def _same(actual: Series, expected: list[float]) -> None:
    np.testing.assert_allclose(actual, expected, rtol=1e-9)


def _recursive(values: list[float], period: int, start: int, weight: float) -> list[float]:
    first = start + period - 1
    result = [NAN] * first + [fmean(values[start : first + 1])]
    for value in values[first + 1 :]:
        result.append(weight * value + (1 - weight) * result[-1])
    return result


def test_ema_is_the_textbook_recursion() -> None:
    expected = _recursive(BARS.close.tolist(), 10, 0, 2 / 11)
    _same(indicators.ema(BARS.close, 10), expected)


def test_ema_of_a_known_series() -> None:
    _same(indicators.ema(np.array([1.0, 2, 3, 4, 8]), 3), [NAN, NAN, 2, 3, 5.5])


def test_true_range_covers_the_gap_from_the_previous_close() -> None:
    high, low = np.array([10.0, 12, 20, 9]), np.array([9.0, 11, 18, 8])
    close = np.array([9.5, 11.5, 19, 8.5])
    _same(indicators.true_range(high, low, close), [1, 2.5, 8.5, 11])


def test_true_range_leaves_its_input_alone() -> None:
    high = BARS.high.copy()
    indicators.true_range(BARS.high, BARS.low, BARS.close)
    np.testing.assert_array_equal(BARS.high, high)


def _true_ranges() -> list[float]:
    closes = BARS.close.tolist()
    rows = zip(BARS.high.tolist(), BARS.low.tolist(), [closes[0], *closes[:-1]], strict=True)
    return [max(high - low, abs(high - before), abs(low - before)) for high, low, before in rows]


def test_atr_is_wilders_average_of_the_true_range() -> None:
    expected = _recursive(_true_ranges(), 14, 1, 1 / 14)
    _same(indicators.atr(BARS.high, BARS.low, BARS.close), expected)


def test_rsi_is_wilders_ratio_of_gains_to_losses() -> None:
    change = [0.0, *np.diff(BARS.close).tolist()]
    gain = _recursive([max(step, 0) for step in change], 14, 1, 1 / 14)
    loss = _recursive([max(-step, 0) for step in change], 14, 1, 1 / 14)
    expected = [100 - 100 / (1 + up / down) for up, down in zip(gain, loss, strict=True)]
    _same(indicators.rsi(BARS.close), expected)


@pytest.mark.parametrize(
    ("step", "expected"), [(1, 100), (-1, 0), (0, 50)], ids=["rising", "falling", "flat"]
)
def test_rsi_of_one_sided_series(step: int, expected: float) -> None:
    assert indicators.rsi(100 + step * np.arange(20.0))[-1] == expected


def _reference_adx(period: int) -> tuple[list[float], list[float], list[float]]:
    high, low = BARS.high.tolist(), BARS.low.tolist()
    plus, minus = [0.0], [0.0]
    for bar in range(1, len(high)):
        rise, fall = high[bar] - high[bar - 1], low[bar - 1] - low[bar]
        plus.append(rise if rise > max(fall, 0) else 0)
        minus.append(fall if fall > max(rise, 0) else 0)
    ranges = _recursive(_true_ranges(), period, 1, 1 / period)
    smooth = partial(_recursive, period=period, start=1, weight=1 / period)
    plus_di = [100 * a / b for a, b in zip(smooth(plus), ranges, strict=True)]
    minus_di = [100 * a / b for a, b in zip(smooth(minus), ranges, strict=True)]
    dx = [100 * abs(a - b) / (a + b) for a, b in zip(plus_di, minus_di, strict=True)]
    return _recursive(dx, period, period, 1 / period), plus_di, minus_di


def test_adx_is_wilders_directional_movement() -> None:
    actual = indicators.adx(BARS.high, BARS.low, BARS.close, 7)
    for series, expected in zip(actual, _reference_adx(7), strict=True):
        _same(series, expected)


def test_adx_of_a_market_that_stands_still_is_zero() -> None:
    flat = np.full(40, 100.0)
    assert [series[-1] for series in indicators.adx(flat, flat, flat)] == [0, 0, 0]


def test_swings_are_reported_when_they_are_confirmed() -> None:
    high = np.array([1.0, 2, 5, 3, 2, 4, 4, 1, 0])
    _same(indicators.swing_highs(high), [NAN, NAN, NAN, NAN, 5, NAN, NAN, NAN, NAN])
    _same(indicators.swing_lows(-high), [NAN, NAN, NAN, NAN, -5, NAN, NAN, NAN, NAN])


def test_donchian_edges_exclude_the_bar_itself() -> None:
    values = np.array([1.0, 3, 2, 9, 0])
    _same(indicators.highest_before(values, 2), [NAN, NAN, 3, 3, 9])
    _same(indicators.lowest_before(values, 2), [NAN, NAN, 1, 2, 2])


def test_realised_volatility_is_the_deviation_of_log_returns() -> None:
    closes = BARS.close.tolist()
    returns = [log(after / before) for before, after in pairwise(closes)]
    expected = [NAN] * 24 + [stdev(returns[end - 24 : end]) for end in range(24, len(closes))]
    _same(indicators.realised_volatility(BARS.close, 24), expected)


def test_volume_z_score_counts_deviations_from_the_mean() -> None:
    volume = BARS.volume.tolist()
    windows = [volume[end - 48 : end] for end in range(48, len(volume) + 1)]
    expected = [NAN] * 47 + [(w[-1] - fmean(w)) / pstdev(w) for w in windows]
    _same(indicators.volume_z_score(BARS.volume), expected)


def test_constant_volume_is_nothing_special() -> None:
    assert indicators.volume_z_score(np.full(60, 0.1))[-1] == 0


def test_macd_of_a_known_series() -> None:
    # Averages of 2 bars: 3/2, 19/6, 115/18, 691/54; of 3 bars: 7/3, 31/6, 127/12.
    macd = indicators.macd(np.array([1.0, 2, 4, 8, 16]), fast=2, slow=3, signal=2)
    _same(macd.line, [NAN, NAN, 5 / 6, 11 / 9, 239 / 108])
    _same(macd.signal, [NAN, NAN, NAN, 37 / 36, 589 / 324])
    _same(macd.histogram, [NAN, NAN, NAN, 7 / 36, 128 / 324])


def test_macd_is_the_textbook_difference_of_averages() -> None:
    closes = BARS.close.tolist()
    fast, slow = _recursive(closes, 12, 0, 2 / 13), _recursive(closes, 26, 0, 2 / 27)
    line = [one - other for one, other in zip(fast, slow, strict=True)]
    signal = _recursive(line, 9, 25, 2 / 10)
    actual = indicators.macd(BARS.close)
    _same(actual.line, line)
    _same(actual.signal, signal)
    _same(actual.histogram, [a - b for a, b in zip(line, signal, strict=True)])


def test_bollinger_of_a_known_series() -> None:
    # The mean of the last four is 5, their population deviation 2: bands at 1 and 9.
    bands = indicators.bollinger(np.array([90.0, 3, 3, 7, 7]), period=4)
    assert (bands.percent_b[-1], bands.bandwidth[-1]) == (0.75, 1.6)
    assert np.isnan(bands.percent_b[:3]).all()


def test_bollinger_is_the_place_of_the_close_in_its_bands() -> None:
    closes = BARS.close.tolist()
    windows = [closes[end - 20 : end] for end in range(20, len(closes) + 1)]
    bands = [(fmean(w) - 2 * pstdev(w), fmean(w) + 2 * pstdev(w), w[-1]) for w in windows]
    actual = indicators.bollinger(BARS.close)
    _same(
        actual.percent_b, [NAN] * 19 + [(last - low) / (high - low) for low, high, last in bands]
    )
    _same(
        actual.bandwidth, [NAN] * 19 + [2 * (high - low) / (low + high) for low, high, _ in bands]
    )


def test_a_market_that_stands_still_is_in_the_middle_of_bands_without_width() -> None:
    bands = indicators.bollinger(np.full(30, 0.1))
    assert (bands.percent_b[-1], bands.bandwidth[-1]) == (0.5, 0)


@given(seed=st.integers(0, 10_000))
def test_momentum_of_a_mirrored_market_is_mirrored(seed: int) -> None:
    closes = np.array(builders.walk(60, seed=seed), dtype=np.float64)
    mirrored = 80_000 - closes
    here, there = indicators.macd(closes), indicators.macd(mirrored)
    np.testing.assert_allclose(here.histogram, -there.histogram, rtol=1e-9, atol=1e-6)
    bands, image = indicators.bollinger(closes), indicators.bollinger(mirrored)
    np.testing.assert_allclose(bands.percent_b, 1 - image.percent_b, rtol=1e-9, atol=1e-9)


EVERY: dict[str, Callable[[Bars], Series]] = {
    "ema": lambda bars: indicators.ema(bars.close, 9),
    "true_range": lambda bars: indicators.true_range(bars.high, bars.low, bars.close),
    "atr": lambda bars: indicators.atr(bars.high, bars.low, bars.close, 5),
    "rsi": lambda bars: indicators.rsi(bars.close, 5),
    "adx": lambda bars: indicators.adx(bars.high, bars.low, bars.close, 5).adx,
    "plus_di": lambda bars: indicators.adx(bars.high, bars.low, bars.close, 5).plus_di,
    "minus_di": lambda bars: indicators.adx(bars.high, bars.low, bars.close, 5).minus_di,
    "swing_highs": lambda bars: indicators.swing_highs(bars.high),
    "swing_lows": lambda bars: indicators.swing_lows(bars.low),
    "highest_before": lambda bars: indicators.highest_before(bars.high, 5),
    "lowest_before": lambda bars: indicators.lowest_before(bars.low, 5),
    "realised_volatility": lambda bars: indicators.realised_volatility(bars.close, 5),
    "volume_z_score": lambda bars: indicators.volume_z_score(bars.volume, 5),
    "macd": lambda bars: indicators.macd(bars.close, 3, 5, 2).line,
    "macd_signal": lambda bars: indicators.macd(bars.close, 3, 5, 2).signal,
    "percent_b": lambda bars: indicators.bollinger(bars.close, 5).percent_b,
    "bandwidth": lambda bars: indicators.bollinger(bars.close, 5).bandwidth,
}


@pytest.mark.parametrize("name", list(EVERY))
@given(seed=st.integers(0, 10_000), known=st.integers(1, 59))
def test_the_future_never_changes_the_past(name: str, seed: int, known: int) -> None:
    bars = to_bars(builders.candles(closes=builders.walk(60, seed=seed)))
    past = Bars(*(getattr(bars, column)[:known] for column in Bars.__slots__))
    whole = EVERY[name](bars)
    assert len(whole) == 60
    np.testing.assert_allclose(EVERY[name](past), whole[:known], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", list(EVERY))
@pytest.mark.parametrize("length", [1, 2, 4])
def test_too_few_bars_are_all_not_warm(name: str, length: int) -> None:
    bars = to_bars(builders.candles(length))
    result = EVERY[name](bars)
    assert len(result) == length
    assert name == "true_range" or np.isnan(result).all()


@pytest.mark.parametrize(
    "call",
    [
        lambda: indicators.ema(BARS.close, 0),
        lambda: indicators.highest_before(BARS.high, 0),
        lambda: indicators.volume_z_score(BARS.volume, -1),
        lambda: indicators.realised_volatility(BARS.close, 1),
        lambda: indicators.swing_highs(BARS.high, wing=0),
        lambda: indicators.bollinger(BARS.close, 0).percent_b,
        lambda: indicators.macd(BARS.close, 26, 26).line,
    ],
)
def test_periods_below_the_smallest_are_refused(call: Callable[[], Series]) -> None:
    with pytest.raises(InvariantError, match="at least"):
        call()


def test_volatility_scales_with_the_moves() -> None:
    calm = np.exp(np.array([0, 0.01, 0, 0.01, 0]))
    assert indicators.realised_volatility(calm, 4)[-1] == pytest.approx(0.01 * sqrt(4 / 3))
