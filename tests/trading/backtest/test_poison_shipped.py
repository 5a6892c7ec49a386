"""No shipped strategy knows a later candle."""

from dataclasses import replace

import numpy as np
import pytest

from tests.fixtures.backtest_runs import bars_of
from trading.backtest.bars import BarSeries
from trading.backtest.poison import poison
from trading.backtest.strategies.registry import SHIPPED, shipped

# Short windows, so that there are signals on both sides of every cut.
QUICK = {"technical": {"lookback-bars": "60"}, "sma-cross": {"fast": "5", "slow": "15"}}


def on_ticks(bars: BarSeries, tick: float) -> BarSeries:
    """The candles on a coarse price grid: averages tie often, and later candles leave the grid."""
    prices = {
        name: np.round(getattr(bars, name) / tick) * tick
        for name in ("open", "high", "low", "close")
    }
    return replace(bars, **prices)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_strategy_is_clean_on_a_coarse_grid_too(name: str) -> None:
    strategy = shipped(name).build(QUICK.get(name, {}))
    bars = on_ticks(bars_of("BTCUSDT", count=1200, price=1000.0), 5.0)

    result = poison(strategy.signals, bars, seed=6, cuts=3)

    assert (result.peeks, result.is_repeatable) == ((), True)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_strategy_is_clean(name: str) -> None:
    strategy, bars = shipped(name).build(QUICK.get(name, {})), bars_of("BTCUSDT", count=1200)

    result = poison(strategy.signals, bars, seed=5, cuts=3)

    assert strategy.signals(bars).side.any()
    assert (result.peeks, result.is_repeatable) == ((), True)
