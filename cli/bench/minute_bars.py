"""A made-up market in one-minute candles, as a file that the simulated exchange replays."""

import csv
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

SYMBOL = "BTCUSDT"

_START_MS = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 1000
_MINUTE_MS = 60_000
_PRICE = 50_000.0
_COLUMNS = ("ts_ms", "open", "high", "low", "close", "volume")


def write_minute_bars(folder: Path, count: int) -> Path:
    """Write `count` bars of a price that swings by 2 % a day; equal counts give equal files."""
    path = folder / f"{SYMBOL}_1m.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        writer.writerows(_rows(count))
    return path


def _rows(count: int) -> Iterator[tuple[int | str, ...]]:
    for number in range(count):
        opened, closed = _price(number), _price(number + 1)
        high, low = max(opened, closed) + 5, min(opened, closed) - 5
        prices = (f"{price:.1f}" for price in (opened, high, low, closed))
        yield (_START_MS + number * _MINUTE_MS, *prices, "12.5")


def _price(minute: int) -> float:
    """Two sine waves, of a day and of an hour."""
    day, hour = minute / 1440, minute / 60
    return _PRICE * (1 + 0.02 * math.sin(2 * math.pi * day) + 0.002 * math.sin(2 * math.pi * hour))
