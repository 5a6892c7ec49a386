"""Columns of candles: the same numbers, all of them or the closes alone."""

import numpy as np

from tests.trading.builders import candles
from trading.bars import closes_of, to_bars


def test_closes_are_those_of_the_bars() -> None:
    shown = candles(30)

    closes = closes_of(shown)

    assert closes.dtype == np.float64
    assert closes.tolist() == to_bars(shown).close.tolist() == [float(c.close) for c in shown]


def test_no_candles_have_no_closes() -> None:
    assert closes_of(()).shape == (0,)
