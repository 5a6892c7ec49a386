"""Trades and curves as typed columns for programs."""

import numpy as np
import pyarrow as pa

from trading.backtest.bars import Integers
from trading.backtest.records import Backtest, ExitReason
from trading.backtest.report import Report

_AMOUNTS = (
    "quantity", "entry_price", "exit_price", "gross", "fees", "funding", "net", "risk", "adverse",
    "favourable",
)  # fmt: skip


def trade_table(backtest: Backtest) -> pa.Table:
    """One row per round trip: times in UTC, USDT and base coin, NaN risk as null."""
    trades = backtest.trades
    reasons = {reason.value: reason.name.lower() for reason in ExitReason}
    columns = {
        "number": pa.array(np.arange(1, len(trades) + 1)),
        "symbol": _words([backtest.symbols[place] for place in trades.symbol.tolist()]),
        "side": _words(["long" if side > 0 else "short" for side in trades.side.tolist()]),
        "entry_at": _moments(trades.entry_ms),
        "exit_at": _moments(trades.exit_ms),
        **{name: pa.array(getattr(trades, name), from_pandas=True) for name in _AMOUNTS},
        "reason": _words([reasons[reason] for reason in trades.reason.tolist()]),
        "is_ambiguous": pa.array(trades.is_ambiguous),
    }
    return pa.table(columns)


def equity_table(report: Report) -> pa.Table:
    """One row per bar: the account's worth in USDT, what was at risk, and each way of holding."""
    backtest = report.ran.backtest
    columns = {
        "at": _moments(backtest.at_ms),
        "equity": pa.array(backtest.equity),
        "exposure": pa.array(backtest.exposure),
    }
    held = {f"held: {one.name}": pa.array(one.equity) for one in report.baselines.held()}
    return pa.table({**columns, **held})


def _moments(at_ms: Integers) -> pa.Array:
    return pa.array(at_ms, pa.int64()).cast(pa.timestamp("ms", tz="UTC"))


def _words(words: list[str]) -> pa.Array:
    return pa.array(words, pa.string())
