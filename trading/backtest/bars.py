"""Candles of one symbol as columns, refused when they could not have happened."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from trading.candles import Interval
from trading.errors import BadDataError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_PRICES = ("open", "high", "low", "close")


@dataclass(frozen=True, slots=True, eq=False)
class BarSeries:
    """Closed candles, oldest first; every array has shape (n_bars,) and is not to be changed.

    `opened_ms` are the open times in milliseconds since 1970 UTC, on the grid of `interval` and
    strictly ascending; a candle may be missing (`missing` counts them), none may come twice.
    Prices are in USDT and above 0, volume in the base coin. Signals of bar i are known at its
    close and can act at the open of bar i + 1 at the earliest.
    """

    symbol: str
    interval: Interval
    opened_ms: Integers
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats

    def __post_init__(self) -> None:
        self._require_shapes()
        self._require_times()
        self._require_prices()

    def __len__(self) -> int:
        return len(self.opened_ms)

    @property
    def interval_ms(self) -> int:
        """Length of one candle in milliseconds."""
        return int(self.interval.length.total_seconds() * 1000)

    @property
    def missing(self) -> int:
        """How many candles lack between the first and the last."""
        if not len(self):
            return 0
        return int((self.opened_ms[-1] - self.opened_ms[0]) // self.interval_ms) + 1 - len(self)

    def _require_shapes(self) -> None:
        lengths = {name: len(getattr(self, name)) for name in (*_PRICES, "volume")}
        wrong = {name: length for name, length in lengths.items() if length != len(self)}
        if wrong:
            raise BadDataError(f"{self.symbol}: {len(self)} open times but columns of {wrong}")

    def _require_times(self) -> None:
        steps = np.diff(self.opened_ms)
        self._refuse_first(np.flatnonzero(steps == 0) + 1, "comes twice; keep one of them")
        self._refuse_first(np.flatnonzero(steps < 0) + 1, "follows a later one; sort the candles")
        off_grid = np.flatnonzero(self.opened_ms % self.interval_ms)
        self._refuse_first(off_grid, f"does not open on the grid of {self.interval}")

    def _require_prices(self) -> None:
        prices = np.stack([getattr(self, name) for name in _PRICES])
        impossible = ~(np.isfinite(prices) & (prices > 0)).all(axis=0)
        self._refuse_first(np.flatnonzero(impossible), "has a price that is not a number above 0")
        body_low, body_high = np.minimum(self.open, self.close), np.maximum(self.open, self.close)
        crossed = (self.low > body_low) | (self.high < body_high)
        self._refuse_first(np.flatnonzero(crossed), "opens or closes outside its high and low")
        no_volume = ~(self.volume >= 0)
        self._refuse_first(np.flatnonzero(no_volume), "has a volume that is not a number from 0")

    def _refuse_first(self, found: NDArray[np.intp], what: str) -> None:
        if not len(found):
            return
        moment = datetime.fromtimestamp(self.opened_ms[found[0]] / 1000, UTC)
        count = f" ({len(found)} such candles)" if len(found) > 1 else ""
        raise BadDataError(
            f"{self.symbol} {self.interval}: the candle of {moment.isoformat()} {what}{count}"
        )


def require_closed(series: BarSeries, *, now: datetime) -> None:
    """Refuse candles that close after `now`: unfinished ones, or those of a wrong clock.

    Raises BadDataError naming the first of them; leave them out.
    """
    closes_ms = series.opened_ms + series.interval_ms
    late = np.flatnonzero(closes_ms > now.timestamp() * 1000)
    if len(late):
        moment = datetime.fromtimestamp(series.opened_ms[late[0]] / 1000, UTC)
        raise BadDataError(
            f"{series.symbol} {series.interval}: the candle of {moment.isoformat()} closes after "
            f"{now.isoformat()}; {len(late)} such candles are unfinished or of the future, leave "
            "them out"
        )
