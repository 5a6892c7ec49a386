"""Small data folders whose contents a reader can work out by hand."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as arrow_parquet
import pytest

from exchange_sim.market.intervals import MINUTE_MS

# A Monday, the first of a month, midnight UTC: 2024-01-01.
NEW_YEAR_MS = 1_704_067_200_000

Columns = dict[str, list[float] | list[int]]


def walk(
    count: int,
    *,
    interval_ms: int = 15 * MINUTE_MS,
    start_ms: int = NEW_YEAR_MS,
    price: float = 100.0,
    seed: int = 1,
) -> Columns:
    """`count` candles of a random walk in cents, each from the last close; volumes in tenths."""
    rng = np.random.default_rng(seed)
    closes = np.maximum(round(price * 100) + np.cumsum(rng.integers(-50, 51, count)), 100)
    opens = np.r_[round(price * 100), closes[:-1]]
    highs = np.maximum(opens, closes) + rng.integers(0, 30, count)
    lows = np.minimum(opens, closes) - rng.integers(0, 30, count)
    return {
        "ts_ms": [start_ms + index * interval_ms for index in range(count)],
        "open": (opens / 100).tolist(),
        "high": (highs / 100).tolist(),
        "low": (lows / 100).tolist(),
        "close": (closes / 100).tolist(),
        "volume": (rng.integers(0, 1000, count) / 10).tolist(),
    }


def write(path: Path, columns: Columns) -> Path:
    """Write `columns` as the parquet or CSV file `path` and return its folder."""
    table = pa.table(columns)
    if path.suffix == ".csv":
        arrow_csv.write_csv(table, path)
    else:
        arrow_parquet.write_table(table, path)
    return path.parent


@pytest.fixture
def candles() -> Callable[..., Columns]:
    return walk


@pytest.fixture
def save(tmp_path: Path) -> Callable[[str, Columns], Path]:
    """Write a file into the test's data folder; returns the folder."""

    def _save(name: str, columns: Columns) -> Path:
        return write(tmp_path / name, columns)

    return _save


@pytest.fixture
def real_candles() -> Path:
    """The folder of recorded candles."""
    root = os.environ.get("AUTOTRADER_REAL_DATA")
    if not root:
        pytest.skip("AUTOTRADER_REAL_DATA is not set: no recorded candles to test with")
    folder = Path(root) / "candles"
    if not folder.is_dir():
        pytest.skip(f"AUTOTRADER_REAL_DATA has no folder candles: {folder}")
    return folder


@pytest.fixture(scope="session")
def make_candles() -> Callable[..., Path]:
    """Write so many candles to a path; for markets shared by a module's tests."""

    def _make(path: Path, count: int, **choices: int) -> Path:
        return write(path, walk(count, **choices))

    return _make
