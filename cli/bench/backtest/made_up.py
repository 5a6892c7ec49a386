"""The made-up candles that every engine is measured on, the same to the last bit everywhere."""

from collections.abc import Iterable
from hashlib import sha256

import numpy as np

from trading.backtest.bars import BarSeries
from trading.candles import Interval

SINGLE_BARS = 525_600
PORTFOLIO_BARS, PORTFOLIO_SYMBOLS = 100_000, 10
SINGLE_SHA, PORTFOLIO_SHA = "7235580b1c64270e", "1a06a1c95c62601c"
"""Beginnings of the digests that the rivals' data have, at full length."""

_START_MS = 1_672_531_200_000  # 2023-01-01 00:00 UTC
_MINUTE_MS = 60_000
_SIGMA, _GAP, _STEPS = 1.5e-3, 5e-5, 8


def one_symbol(bars: int = SINGLE_BARS) -> BarSeries:
    """The first `bars` of a year of minutes."""
    return _walk("X", SINGLE_BARS, seed=20_230_101, start=100.0, kept=bars)


def ten_symbols(bars: int = PORTFOLIO_BARS) -> tuple[BarSeries, ...]:
    """The first `bars` minutes of ten symbols."""
    return tuple(
        _walk(f"S{n:02d}", PORTFOLIO_BARS, seed=77_000 + n, start=60.0 + 17.0 * n, kept=bars)
        for n in range(PORTFOLIO_SYMBOLS)
    )


def digest(all_series: Iterable[BarSeries]) -> str:
    """Sixteen hex digits over the columns, each of all symbols in turn."""
    series = tuple(all_series)
    found = sha256()
    for name in ("opened_ms", "open", "high", "low", "close", "volume"):
        found.update(np.concatenate([getattr(one, name) for one in series]).tobytes())
    return found.hexdigest()[:16]


def _walk(symbol: str, bars: int, *, seed: int, start: float, kept: int) -> BarSeries:
    """A log-normal walk of 8 steps a bar with small gaps at the opens, on 4 decimals."""
    rng = np.random.default_rng(seed)
    steps = rng.standard_normal((bars, _STEPS)) * (_SIGMA / np.sqrt(_STEPS))
    gaps = rng.standard_normal(bars) * _GAP
    gaps[0] = 0.0
    volume = np.round(rng.lognormal(6.0, 0.6, bars), 3)
    moves = np.cumsum(steps.sum(axis=1) + gaps)[:-1]
    opens = np.log(start) + np.concatenate([[0.0], moves]) + gaps
    path = opens[:, None] + np.cumsum(steps, axis=1)
    opened, closed = np.exp(opens), np.exp(path[:, -1])
    high = np.maximum(opened, np.exp(path.max(axis=1)))
    low = np.minimum(opened, np.exp(path.min(axis=1)))
    opened, high, low, closed = (
        np.round(column, 4)[:kept] for column in (opened, high, low, closed)
    )
    times = _START_MS + _MINUTE_MS * np.arange(kept, dtype=np.int64)
    return BarSeries(symbol, Interval.M1, times, opened, high, low, closed, volume[:kept])
