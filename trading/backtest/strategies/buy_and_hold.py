"""What doing nothing after the first trade would have earned: the bar every rule has to clear."""

from dataclasses import dataclass

import numpy as np

from trading.backtest.bars import BarSeries
from trading.backtest.signals import Signals


@dataclass(frozen=True, slots=True)
class BuyAndHold:
    """Long from the second bar's open to the end."""

    @property
    def warm_up_bars(self) -> int:
        """The first close decides."""
        return 1

    def signals(self, bars: BarSeries) -> Signals:
        """Long at the first bar, nothing afterwards; no levels."""
        side = np.zeros(len(bars), np.int8)
        side[:1] = 1
        return Signals(bars.symbol, side)
