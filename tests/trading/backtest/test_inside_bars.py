"""Which bars can be looked into: those that shorter candles fill without a gap."""

from dataclasses import replace

import numpy as np
import pytest

from tests.fixtures.backtest_runs import START_MS, bars_of
from trading.backtest.bars import BarSeries
from trading.backtest.inside_bars import Inside, inside, share_filled
from trading.backtest.market import Market
from trading.candles import Interval

HOURS = bars_of("BTCUSDT", count=4)
QUARTER_MS = 900_000


def quarters(*missing: int, count: int = 16) -> BarSeries:
    """Quarters of an hour from the first hour's open on, some of them missing."""
    kept = [number for number in range(count) if number not in missing]
    flat = np.full(len(kept), 100.0)
    opened = START_MS + QUARTER_MS * np.array(kept)
    return BarSeries("BTCUSDT", Interval.M15, opened, flat, flat, flat, flat, flat)


@pytest.mark.parametrize(
    ("finer", "share"),
    [
        (quarters(), 1.0),
        (quarters(0), 0.75),
        (quarters(3, 4), 0.5),
        (quarters(15), 0.75),
        (quarters(count=8), 0.5),
        (quarters(count=7), 0.25),
        (quarters(0, 4, 8, 12), 0.0),
    ],
)
def test_a_bar_with_a_missing_candle_cannot_be_looked_into(finer: BarSeries, share: float) -> None:
    assert share_filled(HOURS, finer) == share


def test_only_symbols_with_finer_candles_are_told() -> None:
    other = replace(HOURS, symbol="ETHUSDT")
    market = Market((other, HOURS), finer={"BTCUSDT": quarters(0)})
    assert inside(market) == (Inside("BTCUSDT", Interval.M15, 0.75),)
    assert inside(Market((HOURS,))) == ()
