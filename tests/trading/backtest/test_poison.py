"""The look-ahead test finds every kind of peek and accuses no honest rule."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fixtures.backtest_runs import bars_of
from trading.backtest.bars import BarSeries, Floats
from trading.backtest.poison import Hostile, Peek, poison
from trading.backtest.signals import Signals
from trading.errors import InvariantError

BARS = bars_of("BTCUSDT", count=400)


def trailing_mean(values: Floats, count: int) -> Floats:
    """Mean of the last `count` values, NaN in the warm-up."""
    sums = np.cumsum(np.insert(values, 0, 0.0))
    means = np.full(len(values), np.nan)
    means[count - 1 :] = (sums[count:] - sums[:-count]) / count
    return means


def sides(bars: BarSeries, wished: Floats) -> Signals:
    return Signals(bars.symbol, np.sign(np.nan_to_num(wished)).astype(np.int8))


def above_average(bars: BarSeries) -> Signals:
    return sides(bars, np.round(bars.close - trailing_mean(bars.close, 20), 6))


def breakout_with_stop(bars: BarSeries) -> Signals:
    before = np.append(np.nan, bars.high[:-1])
    return Signals(
        bars.symbol,
        (bars.close > before).astype(np.int8),
        close=bars.close < before,
        stop=bars.low.copy(),
    )


def next_close(bars: BarSeries) -> Signals:
    return sides(bars, np.append(np.diff(bars.close), 0.0))


def three_bars_later(bars: BarSeries) -> Signals:
    later = np.append(bars.close[3:], bars.close[-3:])
    return sides(bars, later - bars.close)


def centred_average(bars: BarSeries) -> Signals:
    return sides(bars, bars.close - np.convolve(bars.close, np.ones(9) / 9, mode="same"))


def normalised_by_the_whole(bars: BarSeries) -> Signals:
    return sides(bars, (bars.close - bars.close.mean()) / bars.close.std())


def scaled_to_the_highest(bars: BarSeries) -> Signals:
    return sides(bars, bars.close / bars.close.max() - 0.9)


def counted_from_the_end(bars: BarSeries) -> Signals:
    wished = np.zeros(len(bars))
    wished[-50:] = 1.0
    return sides(bars, wished)


def stop_below_the_next_low(bars: BarSeries) -> Signals:
    ones = np.ones(len(bars), np.int8)
    return Signals(bars.symbol, ones, stop=np.append(bars.low[1:], bars.low[-1]))


def leaves_before_the_fall(bars: BarSeries) -> Signals:
    falls = np.append(np.diff(bars.close) < 0, False)
    return Signals(bars.symbol, np.zeros(len(bars), np.int8), close=falls)


@pytest.mark.parametrize("rule", [above_average, breakout_with_stop])
def test_an_honest_rule_is_clean(rule: Callable[[BarSeries], Signals]) -> None:
    result = poison(rule, BARS, seed=1)

    assert (result.is_clean, result.peeks, result.trials) == (True, (), 15)


@pytest.mark.parametrize(
    ("rule", "column"),
    [
        (next_close, "side"),
        (three_bars_later, "side"),
        (centred_average, "side"),
        (normalised_by_the_whole, "side"),
        (scaled_to_the_highest, "side"),
        (counted_from_the_end, "side"),
        (stop_below_the_next_low, "stop"),
        (leaves_before_the_fall, "close"),
    ],
)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_planted_peek_is_caught(
    rule: Callable[[BarSeries], Signals], column: str, seed: int
) -> None:
    result = poison(rule, BARS, seed=seed)

    assert not result.is_clean
    assert {peek.column for peek in result.peeks} == {column}
    assert all(peek.bar <= peek.after_bar for peek in result.peeks)


def test_a_peek_says_where_it_was_seen() -> None:
    (first, *_) = poison(next_close, BARS, seed=1, cuts=1).peeks

    assert isinstance(first, Peek)
    assert first.bar == first.after_bar
    assert first.sentence.startswith(
        f"BTCUSDT: `side` of the candle of {first.opened_at:%Y-%m-%d %H:%M} UTC (bar {first.bar})"
    )


def test_equal_seeds_find_equal_peeks() -> None:
    assert poison(centred_average, BARS, seed=3) == poison(centred_average, BARS, seed=3)


def test_a_rule_that_rolls_dice_is_fickle_rather_than_peeking() -> None:
    dice = np.random.default_rng(0)

    def rule(bars: BarSeries) -> Signals:
        return Signals(bars.symbol, dice.integers(-1, 2, len(bars)).astype(np.int8))

    result = poison(rule, BARS, seed=1)

    assert (result.is_repeatable, result.is_clean, result.peeks) == (False, False, ())


def test_a_column_left_out_equals_one_that_says_nothing() -> None:
    def rule(bars: BarSeries) -> Signals:
        side = np.zeros(len(bars), np.int8)
        if len(bars) < len(BARS):
            return Signals(bars.symbol, side)
        nothing = np.full(len(bars), np.nan)
        return Signals(bars.symbol, side, close=np.zeros(len(bars), np.bool_), stop=nothing)

    assert poison(rule, BARS, seed=1).is_clean


def test_the_rule_cannot_change_its_candles() -> None:
    def rule(bars: BarSeries) -> Signals:
        bars.close[0] = 1.0
        return Signals.none(bars.symbol, len(bars))

    with pytest.raises(ValueError, match="read-only"):
        poison(rule, BARS, seed=1)


def test_a_rule_that_gives_too_few_signals_is_refused() -> None:
    def rule(bars: BarSeries) -> Signals:
        return Signals.none(bars.symbol, len(bars) - 1)

    with pytest.raises(InvariantError, match=r"400 candles but signals of \{'side': 399\}"):
        poison(rule, BARS, seed=1)


@pytest.mark.parametrize(
    ("count", "cuts", "message"), [(7, 5, "needs 8 or more"), (20, 0, "needs at least 1")]
)
def test_too_little_to_test_is_refused(count: int, cuts: int, message: str) -> None:
    with pytest.raises(InvariantError, match=message):
        poison(above_average, bars_of("BTCUSDT", count=count), seed=1, cuts=cuts)


def test_only_the_last_candles_are_used_where_there_are_many() -> None:
    seen: set[int] = set()

    def rule(bars: BarSeries) -> Signals:
        seen.add(len(bars))
        assert bars.opened_ms[0] == BARS.opened_ms[-100]
        return Signals.none(bars.symbol, len(bars))

    assert poison(rule, BARS, seed=1, longest=100).bars == 100
    assert max(seen) == 100


def test_later_candles_crash_rally_and_end() -> None:
    seen: list[tuple[int, float]] = []

    def rule(bars: BarSeries) -> Signals:
        seen.append((len(bars), float(bars.close[-1] / BARS.close[-1])))
        return Signals.none(bars.symbol, len(bars))

    poison(rule, BARS, seed=1, cuts=1)

    *honest, crash, rally, end = seen
    assert honest == [(400, 1.0), (400, 1.0)]
    assert (crash[1] < 0.5, rally[1] > 2, end[0] < 400) == (True, True, True)
    assert [hostile.value for hostile in Hostile] == ["crash", "rally", "end"]


@settings(max_examples=25, deadline=None)
@given(lag=st.integers(-4, 4).filter(bool), seed=st.integers(0, 1000))
def test_looking_back_is_clean_and_looking_ahead_is_caught(lag: int, seed: int) -> None:
    def rule(bars: BarSeries) -> Signals:
        return sides(bars, np.nan_to_num(bars.close - _shifted(bars.close, lag)))

    assert poison(rule, BARS, seed=seed, cuts=3).is_clean is (lag > 0)


def _shifted(values: Floats, lag: int) -> Floats:
    shifted = np.full(len(values), np.nan)
    if lag > 0:
        shifted[lag:] = values[:-lag]
    else:
        shifted[:lag] = values[-lag:]
    return shifted
