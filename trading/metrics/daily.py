"""An account's equity day by day (UTC), the step in which risk and return are judged."""

from dataclasses import dataclass

import numpy as np

from trading.checks import require
from trading.metrics.columns import Floats, Integers

MS_A_DAY = 86_400_000


@dataclass(frozen=True, slots=True, eq=False)
class DailyEquity:
    """Equity of consecutive UTC days in USDT; every array has shape (n_days,).

    `day` counts days since 1970. `close`, `low` and `high` are of the bar closes of that day;
    `fall` is the deepest fall from a high to a later low inside the day, a fraction of the high.
    A day without a bar repeats the last close.
    """

    day: Integers
    close: Floats
    low: Floats
    high: Floats
    fall: Floats
    initial_equity: float

    def __len__(self) -> int:
        return len(self.day)

    @property
    def start(self) -> Floats:
        """Equity each day began with, shape (n_days,)."""
        return np.concatenate(([self.initial_equity], self.close[:-1]))

    @property
    def is_ruined(self) -> bool:
        """True if equity touched 0: there are no returns on nothing."""
        return bool(self.low.min() <= 0)

    @property
    def returns(self) -> Floats | None:
        """Return of each day as a fraction, shape (n_days,); None if the account was ruined."""
        if self.is_ruined:
            return None
        return self.close / self.start - 1


def daily_equity(at_ms: Integers, equity: Floats, *, initial_equity: float) -> DailyEquity:
    """The curve by UTC day; a bar that closes at 00:00 belongs to the day it ends.

    `at_ms` are ascending close times, `equity` the USDT at each, both of shape (n_bars,). The
    first and the last day may be short and count as days. Raises InvariantError for an empty
    curve, unequal lengths, times out of order, or equity that is not a number.
    """
    require_curve(at_ms, equity, initial_equity=initial_equity)
    first_day, last_day = (int(at_ms[edge] - 1) // MS_A_DAY for edge in (0, -1))
    day = np.arange(first_day, last_day + 1, dtype=np.int64)
    # Searching the few midnights is far quicker than dividing every bar's time.
    starts = np.searchsorted(at_ms, day * MS_A_DAY, side="right")
    with_bars = np.flatnonzero(np.diff(np.append(starts, len(equity))))
    # The last day with bars up to each day: what an empty day repeats.
    latest = np.searchsorted(with_bars, np.arange(len(day)), side="right") - 1
    has_bars = with_bars[latest] == np.arange(len(day))
    begins = starts[with_bars]
    close = equity[np.append(begins[1:], len(equity)) - 1][latest]
    return DailyEquity(
        day=day,
        close=close,
        low=np.where(has_bars, np.minimum.reduceat(equity, begins)[latest], close),
        high=np.where(has_bars, np.maximum.reduceat(equity, begins)[latest], close),
        fall=np.where(has_bars, _falls(equity, begins)[latest], 0.0),
        initial_equity=float(initial_equity),
    )


def require_curve(at_ms: Integers, equity: Floats, *, initial_equity: float) -> None:
    """Refuse an equity curve that cannot be measured, with InvariantError."""
    require(len(equity) > 0, "the equity curve is empty; it needs one bar at least")
    require(
        len(at_ms) == len(equity), f"{len(at_ms)} times but {len(equity)} equities; one for each"
    )
    require(bool((np.diff(at_ms) > 0).all()), "the times of the equity curve do not ascend")
    require(bool(np.isfinite(equity).all()), "the equity curve holds a value that is no number")
    require(
        bool(np.isfinite(initial_equity)) and initial_equity > 0,
        f"initial equity is {initial_equity} USDT; it must be a number above 0",
    )


def _falls(equity: Floats, begins: Integers) -> Floats:
    """Deepest fall inside each part of the curve; a part below 0 is ruin and reads 1 or more."""
    parts = np.split(equity, begins[1:])
    return np.array([_fall(part) for part in parts])


def _fall(part: Floats) -> float:
    peaks = np.maximum.accumulate(part)
    if peaks[0] <= 0:
        return 1.0
    return float((1 - part / peaks).max())
