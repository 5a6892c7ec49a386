"""Fifty made-up symbols whose prices move many times a second, and a desk that may trade them."""

import csv
import math
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from config.desk import Clock
from config.environments import Environment
from config.settings import Settings
from trading.orders import OrderRequest, OrderType, Side

SYMBOLS = tuple(f"BENCH{number:02}USDT" for number in range(1, 51))
SPEED = 120
"""Market seconds per second: a minute's candle gives four prices, so each symbol has eight a
second; the exchange pushes tickers ten times a second at most."""

STARTS = datetime(2026, 1, 1, tzinfo=UTC)
_START_MS = int(STARTS.timestamp()) * 1000
_MINUTE_MS = 60_000
_PRICE, _STOP, _QUANTITY = 100.0, Decimal(10), Decimal("0.5")
_COLUMNS = ("ts_ms", "open", "high", "low", "close", "volume")


def write_moving_market(folder: Path, symbols: tuple[str, ...], *, seconds: int) -> Path:
    """One-minute candles of each symbol, enough for so many seconds at `SPEED`."""
    folder.mkdir()
    minutes = seconds * SPEED // 60
    for number, symbol in enumerate(symbols):
        with (folder / f"{symbol}_1m.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(_COLUMNS)
            writer.writerows(_row(number, minute) for minute in range(minutes))
    return folder


def bench_settings(folder: Path, symbols: tuple[str, ...], **known: object) -> Settings:
    """The settings of a desk of its own; no environment and no file is read."""
    return Settings.model_validate(
        {
            "environment": Environment.PAPER,
            "clock": Clock.EXCHANGE,
            "data_folder": folder,
            "symbols": symbols,
            "log_level": "warning",
            **known,
        }
    )


def bench_order(number: int, symbol: str) -> OrderRequest:
    """The order `number` of the measurement: a small purchase with a far stop."""
    return OrderRequest(
        link_id=f"bench-{number}",
        symbol=symbol,
        side=Side.BUY,
        order_type=OrderType.MARKET,
        quantity=_QUANTITY,
        stop_loss=_STOP,
    )


def _row(symbol: int, minute: int) -> tuple[int | str, ...]:
    opened, closed = _price(symbol, minute), _price(symbol, minute + 1)
    high, low = max(opened, closed) + 0.2, min(opened, closed) - 0.2
    prices = (f"{price:.2f}" for price in (opened, high, low, closed))
    return (_START_MS + minute * _MINUTE_MS, *prices, "1000")


def _price(symbol: int, minute: int) -> float:
    return _PRICE + math.sin(minute + symbol)
