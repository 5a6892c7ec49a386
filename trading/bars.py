"""Candles as float64 arrays: the one place where prices leave Decimal for arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trading.candles import Candle

Series = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """Columns of closed candles, each of shape (n_bars,), oldest first; USDT and base coin."""

    open: Series
    high: Series
    low: Series
    close: Series
    volume: Series


def to_bars(candles: Sequence[Candle]) -> Bars:
    """The candles' columns as float64 arrays of shape (n_bars,)."""
    columns = ("open", "high", "low", "close", "volume")
    return Bars(*(_column(candles, name) for name in columns))


def closes_of(candles: Sequence[Candle]) -> Series:
    """Their closes alone, in a fifth of the time."""
    return _column(candles, "close")


def _column(candles: Sequence[Candle], name: str) -> Series:
    return np.array([float(getattr(candle, name)) for candle in candles], dtype=np.float64)
