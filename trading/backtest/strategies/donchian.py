"""Breakouts of the range of the last bars, 20 in and 10 out: the Turtles' first system.

C. Faith, Way of the Turtle (2007). Judged at closes, not at touches, because a signal is known at
a close; no pyramiding and no skipping after a winner.
"""

from dataclasses import dataclass

import numpy as np

from trading.backtest.bars import BarSeries
from trading.backtest.signals import Signals
from trading.backtest.strategies.extremes import highest_before, lowest_before
from trading.backtest.strategies.holding import hold
from trading.backtest.strategies.parameters import number, require_in_range
from trading.backtest.strategies.smoothing import read_only


@dataclass(frozen=True, slots=True)
class Donchian:
    """Enters where the close leaves the range of `entry` bars, leaves at that of `leave`."""

    entry: int = number(20, lowest=1, highest=10_000, meaning="bars of the range to break out of")
    leave: int = number(10, lowest=1, highest=10_000, meaning="bars of the range that ends it")

    def __post_init__(self) -> None:
        require_in_range(self)

    @property
    def warm_up_bars(self) -> int:
        """The range to break out of and the bar that does."""
        return self.entry + 1

    def signals(self, bars: BarSeries) -> Signals:
        """Side at the bar that breaks out, close at the bar that turns back; no levels."""
        high, low, close = read_only(bars.high), read_only(bars.low), bars.close
        up, down = close > highest_before(high, self.entry), close < lowest_before(low, self.entry)
        turned_up = close > highest_before(high, self.leave)
        turned_down = close < lowest_before(low, self.leave)
        side, leave = hold(up.astype(np.int8) - down.astype(np.int8), turned_down, turned_up)
        return Signals(bars.symbol, side, leave)
