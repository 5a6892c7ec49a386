"""The fast extremes are those of `trading.indicators`."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from trading import indicators
from trading.backtest.strategies import extremes, smoothing


@given(values=st.lists(st.integers(1, 9), max_size=40), period=st.integers(1, 12))
def test_extremes_of_the_bars_before_agree(values: list[int], period: int) -> None:
    column = smoothing.read_only(np.array(values, np.float64))
    np.testing.assert_array_equal(
        extremes.highest_before(column, period), indicators.highest_before(column, period)
    )
    np.testing.assert_array_equal(
        extremes.lowest_before(column, period), indicators.lowest_before(column, period)
    )
