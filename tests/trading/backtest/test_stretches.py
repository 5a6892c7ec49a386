"""A stretch of a market is what it was, and its wishes stand at the same candles."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from trading.backtest.bars import BarSeries
from trading.backtest.market import Market
from trading.backtest.signals import Signals
from trading.backtest.stretches import Stretch, bars_of, cut, joined, market_of
from trading.candles import Interval
from trading.errors import BadDataError

START = datetime(2025, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def bars(symbol: str = "BTCUSDT", *, first: int = 0, count: int = 10) -> BarSeries:
    opened = int(START.timestamp() * 1000) + 3_600_000 * np.arange(first, first + count)
    price = 100.0 + np.arange(first, first + count)
    return BarSeries(
        symbol, Interval.H1, opened, price, price + 1, price - 1, price, np.ones(count)
    )


def test_a_stretch_holds_its_first_candle_and_not_its_last() -> None:
    found = bars_of(bars(), Stretch(START + 2 * HOUR, START + 5 * HOUR))
    assert found.close.tolist() == [102.0, 103.0, 104.0]
    assert len(bars_of(bars(), Stretch(START + 20 * HOUR, START + 30 * HOUR))) == 0


def test_a_symbol_without_candles_in_it_is_left_out() -> None:
    market = Market((bars(), bars("ETHUSDT", first=6, count=4)), finer={})
    assert market_of(market, Stretch(START, START + 5 * HOUR)).symbols == ("BTCUSDT",)
    assert market_of(market, Stretch(START, START + 7 * HOUR)).symbols == market.symbols
    with pytest.raises(BadDataError, match="no candle opens from 2025-01-02"):
        market_of(market, Stretch(START + 24 * HOUR, START + 48 * HOUR))


def test_wishes_are_cut_and_joined_at_the_same_candles() -> None:
    stop = np.full(4, np.nan)
    stop[1] = 95.0
    with_stop = Signals("BTCUSDT", np.array([0, 1, 0, -1], np.int8), stop=stop)
    plain = Signals.none("BTCUSDT", 2)

    whole = joined([with_stop, plain])

    assert whole.side.tolist() == [0, 1, 0, -1, 0, 0]
    assert whole.stop is not None
    assert np.isnan(whole.stop[[0, 2, 3, 4, 5]]).all()
    assert whole.close is None
    part = cut(whole, slice(1, 3))
    assert part.side.tolist() == [1, 0]
    assert part.stop is not None
    assert part.stop[0] == 95.0
