"""Candles and funding rates to files, in the words that the simulated exchange replays."""

from pathlib import Path

from adapters.candle_files.tables import write_table
from trading.backtest.bars import BarSeries, Floats, Integers


def write_candles(path: Path, series: BarSeries) -> None:
    """Write candles as `ts_ms, open, high, low, close, volume`; the suffix says the format."""
    names = ("open", "high", "low", "close", "volume")
    prices = {name: getattr(series, name) for name in names}
    write_table(path, {"ts_ms": series.opened_ms, **prices})


def write_funding(path: Path, settled_ms: Integers, rates: Floats) -> None:
    """Write funding rates as `ts_ms, funding_rate`; the suffix says the format."""
    write_table(path, {"ts_ms": settled_ms, "funding_rate": rates})
