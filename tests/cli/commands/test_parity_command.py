"""A backtest trades as the desk does, and what it does otherwise is told."""

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.cli.commands.ran import Run

QUARTER_MS = 900_000
BEGINS_MS = int(datetime(2025, 3, 1, tzinfo=UTC).timestamp() * 1000)
HOURS = 300
TICKS = {"BTCUSDT": (50_000.0, 1), "ETHUSDT": (3_000.0, 2)}


def write(path: Path, columns: dict[str, np.ndarray]) -> None:
    parquet.write_table(pa.table(columns), path)


def quarters(price: float, decimals: int, rng: np.random.Generator) -> np.ndarray:
    """Open, high, low and close of each quarter of an hour, shape (4, n); trends and noise."""
    count = HOURS * 4
    drift = 0.0008 * np.sign(np.sin(np.arange(count) / 60))
    close = np.round(price * np.exp(np.cumsum(drift + rng.normal(0, 0.002, count))), decimals)
    opens = np.concatenate([[price], close[:-1]])
    reach = np.round(price * np.abs(rng.normal(0, 0.001, (2, count))), decimals)
    high, low = np.maximum(opens, close) + reach[0], np.minimum(opens, close) - reach[1]
    return np.round([opens, high, low, close], decimals)


@pytest.fixture
def candles(tmp_path: Path) -> Path:
    rng, folder = np.random.default_rng(3), tmp_path / "candles"
    folder.mkdir()
    for symbol, (price, decimals) in TICKS.items():
        opens, high, low, close = quarters(price, decimals, rng)
        opened = BEGINS_MS + QUARTER_MS * np.arange(HOURS * 4)
        names = ("ts_ms", "open", "high", "low", "close", "volume")
        fine = (opened, opens, high, low, close, np.full(HOURS * 4, 10.0))
        write(folder / f"{symbol}_15m.parquet", dict(zip(names, fine, strict=True)))
        hours = (
            opened[::4],
            opens[::4],
            high.reshape(-1, 4).max(axis=1),
            low.reshape(-1, 4).min(axis=1),
            close[3::4],
            np.full(HOURS, 40.0),
        )
        write(folder / f"{symbol}_1h.parquet", dict(zip(names, hours, strict=True)))
        settled = opened[opened % (8 * 3_600_000) == 0]
        rates = {"ts_ms": settled, "funding_rate": np.full(len(settled), 0.0001)}
        write(folder / f"{symbol}_funding.parquet", rates)
    return folder


def test_both_make_the_same_trades_to_the_last_digit(autotrader: Run, candles: Path) -> None:
    ran = autotrader(
        "parity", "--data", str(candles), "--symbols", "BTCUSDT,ETHUSDT", "--slots", "45", "--json"
    )
    answer = json.loads(ran.out.splitlines()[-1])
    assert answer["differences"] == []
    assert ran.code == 0, ran.err
    assert answer["trades"] == answer["equal"] == answer["desk_trades"] > 2
    assert float(answer["backtest_equity_usdt"]) == pytest.approx(
        float(answer["desk_equity_usdt"]), abs=1e-4
    )
