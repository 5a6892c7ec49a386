"""Records to be measured, built from the one column a test is about."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from trading.backtest.records import Backtest, ExitReason, TradeColumns
from trading.metrics.columns import Floats
from trading.metrics.daily import MS_A_DAY

FIRST_DAY = 19_723  # 1 January 2024, a Monday
START_MS = FIRST_DAY * MS_A_DAY
HOUR_MS = 3_600_000
INITIAL = 1_000.0


def trades(net: Sequence[float] | Floats, **columns: Any) -> TradeColumns:
    """One long trade a day of one hour from midnight, without costs, risking 10 USDT."""
    results = np.asarray(net, dtype=float)
    count = len(results)
    entry_ms = START_MS + MS_A_DAY * np.arange(count, dtype=np.int64)
    fields: dict[str, Any] = {
        "symbol": np.zeros(count, np.int16),
        "side": np.ones(count, np.int8),
        "entry_bar": np.arange(count),
        "exit_bar": np.arange(count),
        "entry_ms": entry_ms,
        "exit_ms": entry_ms + HOUR_MS,
        "quantity": np.ones(count),
        "entry_price": np.full(count, 100.0),
        "exit_price": 100.0 + results,
        "gross": results,
        "fees": np.zeros(count),
        "funding": np.zeros(count),
        "net": results,
        "risk": np.full(count, 10.0),
        "adverse": np.zeros(count),
        "favourable": np.zeros(count),
        "reason": np.full(count, ExitReason.SIGNAL, np.int8),
        "is_ambiguous": np.zeros(count, np.bool_),
    }
    return TradeColumns(**(fields | columns))


def record(equity: Sequence[float] | Floats, **fields: Any) -> Backtest:
    """One bar a day, always invested, no trades unless given."""
    curve = np.asarray(equity, dtype=float)
    given: dict[str, Any] = {
        "symbols": ("BTCUSDT", "ETHUSDT"),
        "interval_ms": MS_A_DAY,
        "initial_equity": INITIAL,
        "at_ms": START_MS + MS_A_DAY * (1 + np.arange(len(curve), dtype=np.int64)),
        "equity": curve,
        "exposure": np.ones(len(curve)),
        "trades": trades([]),
        "refused": {},
    }
    return Backtest(**(given | fields))


def grown(returns: Sequence[float] | Floats) -> Floats:
    """The equity that daily returns make of the initial 1,000 USDT."""
    return INITIAL * np.cumprod(1 + np.asarray(returns, dtype=float))


def traded(results: Sequence[float] | Floats) -> Backtest:
    """A daily record whose equity is made by one trade a day, held all day."""
    columns = trades(results)
    held = trades(results, exit_ms=columns.entry_ms + MS_A_DAY)
    return record(INITIAL + np.cumsum(columns.net), trades=held)
