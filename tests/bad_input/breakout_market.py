"""A market that breaks out at an hour that is known, so that a whole cycle wants to buy."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

SYMBOLS = ("BTCUSDT", "ETHUSDT")
STARTS = datetime(2026, 1, 1, tzinfo=UTC)
BREAKS_OUT = STARTS + timedelta(hours=262)
"""The candle that closes here closes above all before it. 2026-01-11 22:00 UTC."""

HEADER = ("ts_ms", "open", "high", "low", "close", "volume")
_PRICES = {"BTCUSDT": 20_000.0, "ETHUSDT": 1_000.0}
_STEPS = (1.012, 1.012, 0.991, 1.012, 0.991)
_HOURS = 275


def write_candles(folder: Path, symbol: str = "BTCUSDT") -> Path:
    """The hourly candles of one symbol as CSV."""
    path = folder / f"{symbol}_1h.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(HEADER)
        rows.writerows(candles(symbol))
    return path


def candles(symbol: str) -> list[tuple[float, ...]]:
    """Rows in the order of HEADER: two steps up, one down, one up, one down, and again."""
    rows, price = [], _PRICES[symbol]
    for hour in range(_HOURS):
        opened, price = price, round(price * _STEPS[hour % len(_STEPS)], 2)
        high, low = max(opened, price) * 1.0005, min(opened, price) * 0.9995
        start_ms = int((STARTS + timedelta(hours=hour)).timestamp() * 1000)
        rows.append((start_ms, opened, round(high, 2), round(low, 2), price, 1000.0))
    return rows
