"""The compiled averages are those of `trading.indicators`, to the last bit."""

import numpy as np
import pytest

from trading import indicators
from trading.backtest.strategies import smoothing

CLOSES = smoothing.read_only(
    np.round(1_000 + np.cumsum(np.random.default_rng(4).standard_normal(400)), 2)
)


@pytest.mark.parametrize("period", [1, 2, 5, 7, 8, 14, 20, 50, 127, 128])
def test_averages_agree_to_the_last_bit(period: int) -> None:
    np.testing.assert_array_equal(smoothing.ema(CLOSES, period), indicators.ema(CLOSES, period))
    np.testing.assert_array_equal(smoothing.rsi(CLOSES, period), indicators.rsi(CLOSES, period))
    assert smoothing.mean(CLOSES, 3, period) == CLOSES[3 : 3 + period].mean()


@pytest.mark.parametrize("period", [129, 200, 399, 400, 401])
def test_longer_averages_agree_but_for_rounding(period: int) -> None:
    np.testing.assert_allclose(
        smoothing.ema(CLOSES, period), indicators.ema(CLOSES, period), rtol=1e-14
    )


def test_a_simple_average_is_summed_anew_at_every_bar() -> None:
    average = smoothing.sma(CLOSES, 5)
    assert np.isnan(average[:4]).all()
    assert [average[bar] for bar in range(4, 400)] == [
        CLOSES[bar - 4 : bar + 1].mean() for bar in range(4, 400)
    ]


def test_a_market_that_stands_still_is_neither_strong_nor_weak() -> None:
    assert smoothing.rsi(smoothing.read_only(np.full(20, 5.0)), 14)[14:].tolist() == [50.0] * 6


def test_any_column_is_made_contiguous_and_read_only() -> None:
    column = smoothing.read_only(np.arange(10.0)[::2])
    assert column.flags.c_contiguous
    assert not column.flags.writeable
