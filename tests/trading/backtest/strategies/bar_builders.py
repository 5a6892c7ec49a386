"""Candles of a made-up market, as columns and as the desk's own values."""

from datetime import UTC, datetime
from decimal import Decimal

import numpy as np

from trading.backtest.bars import BarSeries, Floats
from trading.candles import Candle, Interval

HOUR_MS = 3_600_000


def series(closes: Floats, *, wick: Floats | float = 0.0, symbol: str = "BTCUSDT") -> BarSeries:
    """Hourly bars that open where the one before closed; `wick` is added at both ends."""
    opens = np.concatenate([closes[:1], closes[:-1]])
    high, low = np.maximum(opens, closes) + wick, np.minimum(opens, closes) - wick
    opens, high, low, closes = (np.round(one, 8) for one in (opens, high, low, closes))
    opened_ms, volume = np.arange(len(closes)) * HOUR_MS, np.ones(len(closes))
    return BarSeries(symbol, Interval.H1, opened_ms, opens, high, low, closes, volume)


def walk(
    n_bars: int, *, seed: int = 1, start: float = 40_000.0, tick: float = 0.5, move: float = 0.004
) -> BarSeries:
    """A random walk on the tick grid with spells of trend; `move` is a bar's usual change."""
    rng = np.random.default_rng(seed)
    drift = np.repeat(rng.standard_normal(n_bars // 40 + 1), 40)[:n_bars] * move / 3
    closes = start * np.exp(np.cumsum(rng.standard_normal(n_bars) * move + drift))
    wick = np.round(rng.random(n_bars) * start * move / tick) * tick
    return series(np.round(np.round(closes / tick) * tick, 8), wick=wick)


def part(bars: BarSeries, stop: int, start: int = 0) -> BarSeries:
    """The bars from `start` up to but without `stop`."""
    names = ("opened_ms", "open", "high", "low", "close", "volume")
    columns = {name: getattr(bars, name)[start:stop] for name in names}
    return BarSeries(bars.symbol, bars.interval, **columns)


def without(bars: BarSeries, gone: int) -> BarSeries:
    """The bars without bar `gone`."""
    names = ("opened_ms", "open", "high", "low", "close", "volume")
    columns = {name: np.delete(getattr(bars, name), gone) for name in names}
    return BarSeries(bars.symbol, bars.interval, **columns)


def to_candles(bars: BarSeries) -> tuple[Candle, ...]:
    """The same bars as the desk's candles; a float's shortest spelling is its price."""
    prices = (map(_decimal, column) for column in (bars.open, bars.high, bars.low, bars.close))
    return tuple(
        Candle(datetime.fromtimestamp(int(opened) / 1000, UTC), *four, Decimal(1))  # type: ignore[call-arg]
        for opened, four in zip(bars.opened_ms, zip(*prices, strict=True), strict=True)
    )


def _decimal(price: float) -> Decimal:
    return Decimal(repr(float(price)))
