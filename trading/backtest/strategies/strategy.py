"""What every trading rule offers, shipped or an owner's own."""

from typing import Protocol

from trading.backtest.bars import BarSeries
from trading.backtest.signals import Signals


class Strategy(Protocol):
    """A rule with its parameters bound. It keeps nothing between calls."""

    @property
    def warm_up_bars(self) -> int:
        """Bars needed before the first signal: bars 0 to warm_up_bars - 2 never have one."""
        ...

    def signals(self, bars: BarSeries) -> Signals:
        """One signal per bar, known at its close and made of that bar and earlier ones alone."""
        ...
