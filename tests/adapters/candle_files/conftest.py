"""Candles to be written to files, and files of others."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from trading.backtest.bars import BarSeries
from trading.candles import Interval

START_MS = 1_767_225_600_000  # 2026-01-01 UTC
HOUR_MS = 3_600_000

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a text file: `write("BTCUSDT_1h.csv", text)`."""

    def write_one(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return write_one


@pytest.fixture
def hourly() -> BarSeries:
    """Three hours of Bitcoin, every number different."""
    opened = START_MS + np.arange(3, dtype=np.int64) * HOUR_MS
    columns = (np.array([10.1, 10.2, 10.3]) + shift for shift in (0.0, 1.0, -1.0, 0.01, 0.5))
    return BarSeries("BTCUSDT", Interval.H1, opened, *columns)
