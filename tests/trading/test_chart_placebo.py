"""A placebo has the right code, range and moment, and shows what did not happen."""

from decimal import Decimal

import numpy as np

from tests.trading.chart_builders import chart
from trading.chart import VISIBLE_CANDLES, Level
from trading.chart_masking import anonymised
from trading.chart_placebo import placebo_input
from trading.chart_series import series_of


def test_a_placebo_runs_backwards_on_the_same_clock() -> None:
    drawn = chart().visible()

    placebo = placebo_input(chart())

    assert len(placebo.candles) == VISIBLE_CANDLES
    assert [c.opened_at for c in placebo.candles] == [c.opened_at for c in drawn.candles]
    for shown, true in zip(placebo.candles, reversed(drawn.candles), strict=True):
        assert (shown.open, shown.close) == (true.close, true.open)
        assert (shown.high, shown.low, shown.volume) == (true.high, true.low, true.volume)


def test_a_placebo_keeps_code_moment_levels_and_the_range_of_prices() -> None:
    true = chart(levels=(Level("entry", Decimal(40_000)),))
    placebo, drawn = placebo_input(true), true.visible()

    assert (placebo.seed, placebo.as_of, placebo.levels) == (true.seed, true.as_of, true.levels)
    assert max(c.high for c in placebo.candles) == max(c.high for c in drawn.candles)
    assert min(c.low for c in placebo.candles) == min(c.low for c in drawn.candles)


def test_lines_and_last_price_are_of_the_placebos_own_candles() -> None:
    placebo = placebo_input(chart())

    assert placebo.last_price == placebo.candles[-1].close
    np.testing.assert_array_equal(placebo.ema_fast, series_of(placebo.candles).ema_fast)
    np.testing.assert_array_equal(placebo.rsi, series_of(placebo.candles).rsi)


def test_a_placebo_of_a_placebo_shows_the_market_again() -> None:
    assert placebo_input(placebo_input(chart())).candles == chart().visible().candles


def test_a_placebo_of_a_masked_chart_stays_masked_in_the_same_unit() -> None:
    masked = anonymised(chart())
    placebo = placebo_input(masked)

    assert (placebo.mask, placebo.symbol) == (masked.mask, masked.symbol)
    assert placebo.candles[-1].open == 100
