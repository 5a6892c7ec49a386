"""Every fall of an account from a high: when, how deep, how long, and whether it came back."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from trading.metrics.columns import Floats, Integers
from trading.metrics.daily import require_curve


@dataclass(frozen=True, slots=True)
class Drawdown:
    """One fall from a high to the return to it; times are closes of bars, UTC.

    `started` is the high, `recovered` the first close at or above it, None if it did not come;
    `seen_until` is then the end of the record. The depth as a fraction of the high is above 1
    only if the account went below 0.
    """

    started: datetime
    bottom: datetime
    recovered: datetime | None
    seen_until: datetime
    depth_usdt: float
    depth_fraction: float

    @property
    def length(self) -> timedelta:
        """From the high to the recovery, or to the end of the record."""
        return (self.recovered or self.seen_until) - self.started

    @property
    def recovery(self) -> timedelta | None:
        """From the bottom to the recovery; None if it did not come."""
        return self.recovered - self.bottom if self.recovered else None


@dataclass(frozen=True, slots=True, eq=False)
class Drawdowns:
    """All falls of one curve in the order of time; the arrays have shape (n_falls,).

    `begins` is the bar of the high, `ends` the bar of the recovery or the last one. Positions
    count from the start of the account: 0 is the initial equity, i the close of bar i - 1.
    """

    at_ms: Integers
    equity: Floats
    begins: NDArray[np.intp]
    ends: NDArray[np.intp]
    depth_fraction: Floats

    def __len__(self) -> int:
        return len(self.begins)

    def deepest(self, count: int = 10) -> tuple[Drawdown, ...]:
        """The `count` deepest falls by fraction, deepest first; of equal ones the earlier."""
        order = np.argsort(-self.depth_fraction, kind="stable")[:count]
        return tuple(self._drawdown(int(number)) for number in order)

    def longest(self) -> Drawdown | None:
        """The fall that lasted longest; None if there was none."""
        if not len(self):
            return None
        return self._drawdown(int(np.argmax(self.at_ms[self.ends] - self.at_ms[self.begins])))

    def current(self) -> Drawdown | None:
        """The fall the record ends in; None if it ends at its high."""
        if not len(self):
            return None
        last = self._drawdown(len(self) - 1)
        return last if last.recovered is None else None

    def _drawdown(self, number: int) -> Drawdown:
        begin, end = int(self.begins[number]), int(self.ends[number])
        bottom = begin + int(np.argmin(self.equity[begin : end + 1]))
        is_back = bool(self.equity[end] >= self.equity[begin])
        return Drawdown(
            started=_moment(self.at_ms[begin]),
            bottom=_moment(self.at_ms[bottom]),
            recovered=_moment(self.at_ms[end]) if is_back else None,
            seen_until=_moment(self.at_ms[-1]),
            depth_usdt=float(self.equity[begin] - self.equity[bottom]),
            depth_fraction=float(self.depth_fraction[number]),
        )


def find_drawdowns(at_ms: Integers, equity: Floats, *, initial_equity: float) -> Drawdowns:
    """All falls of the curve, the one from the initial equity included.

    Both arrays have shape (n_bars,), times ascending. A fall from the start is dated from the
    close of the first bar. Raises InvariantError for a curve that cannot be measured.
    """
    require_curve(at_ms, equity, initial_equity=initial_equity)
    curve = np.concatenate(([initial_equity], equity))
    is_below = curve < np.maximum.accumulate(curve)
    # The first point is never below itself, so falls begin and end at these changes in turn.
    changes = np.flatnonzero(np.diff(is_below))
    begins, ends = changes[::2], changes[1::2] + 1
    if len(ends) < len(begins):
        ends = np.append(ends, len(equity))
    lows = np.minimum.reduceat(curve, begins) if len(begins) else np.empty(0)
    return Drawdowns(
        at_ms=np.concatenate((at_ms[:1], at_ms)),
        equity=curve,
        begins=begins,
        ends=ends,
        depth_fraction=1 - lows / curve[begins],
    )


def underwater(equity: Floats, *, initial_equity: float) -> Floats:
    """How far below its high the account was at each bar, a fraction, shape (n_bars,)."""
    highs = np.maximum(np.maximum.accumulate(equity), initial_equity)
    return 1 - equity / highs


def ulcer_index(equity: Floats, *, initial_equity: float) -> float:
    """Root of the mean squared depth below the high, a fraction (Martin and McCann 1989)."""
    depth = underwater(equity, initial_equity=initial_equity)
    return float(np.sqrt(np.mean(depth * depth)))


def _moment(at_ms: np.int64) -> datetime:
    return datetime.fromtimestamp(int(at_ms) / 1000, UTC)
