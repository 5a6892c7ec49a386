"""Small markets and rules, so that a test says only what it is about."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from trading.backtest.account_rules import AccountRules
from trading.backtest.bars import BarSeries
from trading.backtest.exit_rules import ExitRules
from trading.backtest.market import Market
from trading.backtest.rules import CostRules, Rules, Sizing
from trading.backtest.signals import Signals
from trading.candles import Interval

START_MS = int(datetime(2024, 1, 10, tzinfo=UTC).timestamp()) * 1000
HOUR_MS = 3_600_000

Prices = tuple[float, float, float, float]


def series(
    prices: Sequence[Prices],
    *,
    symbol: str = "BTCUSDT",
    interval: Interval = Interval.H1,
    opened_ms: Sequence[int] | None = None,
) -> BarSeries:
    """Candles of (open, high, low, close), one after another from 2024-01-10 00:00 UTC on."""
    length = int(interval.length.total_seconds() * 1000)
    columns = np.array(prices, np.float64).reshape(-1, 4)
    times = START_MS + length * np.arange(len(columns)) if opened_ms is None else opened_ms
    return BarSeries(
        symbol,
        interval,
        np.array(times, np.int64),
        *(np.ascontiguousarray(columns[:, place]) for place in range(4)),
        np.ones(len(columns)),
    )


def market(*prices: Prices, **changes: Any) -> Market:
    """One symbol with these candles of an hour."""
    return Market((series(prices),), **changes)


def flat(price: float = 100.0) -> Prices:
    """A candle in which nothing happens."""
    return (price, price, price, price)


def signals(
    n_bars: int, *sides: tuple[int, int], symbol: str = "BTCUSDT", **columns: Any
) -> Signals:
    """Entries of (bar, side); a column is given as {bar: value}."""
    wished = np.zeros(n_bars, np.int8)
    for bar, side in sides:
        wished[bar] = side
    arrays = {}
    for name, values in columns.items():
        column = np.zeros(n_bars, np.bool_) if name == "close" else np.full(n_bars, np.nan)
        for bar, value in values.items():
            column[bar] = value
        arrays[name] = column
    return Signals(symbol, wished, **arrays)


def rules(**changes: Any) -> Rules:
    """One coin a trade, no costs, an account of 1,000 USDT at leverage 1 without limits."""
    fields: dict[str, Any] = {
        "sizing": Sizing(quantity=1.0),
        "exits": ExitRules(),
        "costs": CostRules.none(),
        "account": AccountRules(initial_equity_usdt=1_000.0),
    }
    return Rules(**(fields | changes))
