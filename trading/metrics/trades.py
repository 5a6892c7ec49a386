"""What single trades tell that their sums do not: order, middle, extremes and time."""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from trading.checks import require
from trading.metrics.columns import OPEN_AT_END, Floats, TradeTable
from trading.metrics.figures import Interval, finite

_MS_AN_HOUR = 3_600_000


@dataclass(frozen=True, slots=True)
class Streaks:
    """Most wins and most losses in a row, in the order of the entries."""

    wins: int
    losses: int


def streaks(net: Floats) -> Streaks:
    """The longest runs; a trade that broke even ends both."""
    return Streaks(_longest_run(net > 0), _longest_run(net < 0))


def wilson(wins: int, count: int, *, confidence: float = 0.95) -> Interval:
    """Interval of a share that takes the trades as independent, of one trade at least.

    Wilson (1927): it stays within 0..1 and holds for few trades and for shares near the ends.
    """
    require(0 <= wins <= count and count > 0, f"{wins} wins of {count} trades; one is the least")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, shrink = wins / count, 1 + z * z / count
    centre = (share + z * z / (2 * count)) / shrink
    reach = z / shrink * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    # At 0 and at 1 the end is exact; rounding must not push it past the share itself.
    return Interval(min(max(0.0, centre - reach), share), max(min(1.0, centre + reach), share))


def holding_hours(trades: TradeTable) -> Floats:
    """How long each trade was held, shape (n_trades,)."""
    return (trades.exit_ms - trades.entry_ms) / _MS_AN_HOUR


def time_held(trades: TradeTable) -> int:
    """Milliseconds with a position open, times of several at once counted once."""
    if not len(trades):
        return 0
    until = np.maximum.accumulate(trades.exit_ms)
    covered = np.concatenate((trades.entry_ms[:1], until[:-1]))
    return int(np.maximum(0, until - np.maximum(trades.entry_ms, covered)).sum())


def traded_volume(trades: TradeTable) -> float:
    """Notional bought and sold in USDT; what is open at the end was not sold yet."""
    is_closed = trades.reason != OPEN_AT_END
    legs = trades.entry_price + np.where(is_closed, trades.exit_price, 0.0)
    return float(np.sum(trades.quantity * legs))


def open_at_end(trades: TradeTable) -> int:
    """How many trades the record ended before they did."""
    return int(np.count_nonzero(trades.reason == OPEN_AT_END))


def mean(values: Floats) -> float | None:
    """The mean, None of nothing."""
    return finite(float(np.mean(values))) if len(values) else None


def median(values: Floats) -> float | None:
    """The middle value, None of nothing."""
    return finite(float(np.median(values))) if len(values) else None


def _longest_run(flags: NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False]))))
    return int((edges[1::2] - edges[::2]).max(initial=0))
