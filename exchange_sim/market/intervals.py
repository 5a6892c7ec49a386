"""The candle intervals of Bybit and where their candles start."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from exchange_sim.market.errors import MarketDataError

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS

# 1970-01-05, the first Monday of the Unix epoch: weeks start on Mondays (spec section 2.1).
_FIRST_MONDAY_MS = 4 * DAY_MS
# Longer than any month; what a candle of interval M can last at most.
_LONGEST_MONTH_MS = 31 * DAY_MS


class Interval(StrEnum):
    """A candle interval in Bybit's words: minutes, or D, W, M."""

    M1 = "1"
    M3 = "3"
    M5 = "5"
    M15 = "15"
    M30 = "30"
    H1 = "60"
    H2 = "120"
    H4 = "240"
    H6 = "360"
    H12 = "720"
    DAY = "D"
    WEEK = "W"
    MONTH = "M"

    @classmethod
    def of(cls, name: str) -> "Interval":
        """The interval called `name` by Bybit. Raises: MarketDataError names those allowed."""
        try:
            return cls(name)
        except ValueError:
            allowed = " ".join(cls)
            message = f"candle interval is {name!r}; allowed are {allowed}"
            raise MarketDataError(message) from None

    @property
    def longest_ms(self) -> int:
        """Length of a candle in ms; of a month, the longest one."""
        match self:
            case Interval.DAY:
                return DAY_MS
            case Interval.WEEK:
                return 7 * DAY_MS
            case Interval.MONTH:
                return _LONGEST_MONTH_MS
            case _:
                return int(self.value) * MINUTE_MS

    def starts(self, ts_ms: NDArray[np.int64]) -> NDArray[np.int64]:
        """Start of the candle each moment falls into, same shape."""
        if self is Interval.MONTH:
            months = ts_ms.astype("datetime64[ms]").astype("datetime64[M]")
            return months.astype("datetime64[ms]").astype(np.int64)
        offset = _FIRST_MONDAY_MS if self is Interval.WEEK else 0
        return (ts_ms - offset) // self.longest_ms * self.longest_ms + offset

    def start_of(self, ts_ms: int) -> int:
        """Start of the candle that `ts_ms` falls into."""
        if self is Interval.MONTH:
            return int(self.starts(np.array([ts_ms], dtype=np.int64))[0])
        offset = _FIRST_MONDAY_MS if self is Interval.WEEK else 0
        return (ts_ms - offset) // self.longest_ms * self.longest_ms + offset

    def shift(self, start_ms: int, candles: int) -> int:
        """Start of the candle `candles` after the one starting at `start_ms` (before if < 0)."""
        if self is not Interval.MONTH:
            return start_ms + candles * self.longest_ms
        month = np.datetime64(start_ms, "ms").astype("datetime64[M]") + candles
        return int(month.astype("datetime64[ms]").astype(np.int64))

    def first_from(self, ts_ms: int) -> int:
        """Start of the first candle that starts at or after `ts_ms`."""
        start = self.start_of(ts_ms)
        return start if start == ts_ms else self.shift(start, 1)
