"""The crossing of two exponential averages, 20 and 50 bars (learning.md §4.5, baseline B4)."""

from dataclasses import dataclass

from trading.backtest.bars import BarSeries
from trading.backtest.signals import Signals
from trading.backtest.strategies.holding import crossings
from trading.backtest.strategies.parameters import number, require_in_range
from trading.backtest.strategies.smoothing import ema, read_only
from trading.checks import require


@dataclass(frozen=True, slots=True)
class EmaCross:
    """Enters where two exponential averages of the close cross."""

    fast: int = number(20, lowest=1, highest=10_000, meaning="bars of the fast average")
    slow: int = number(50, lowest=2, highest=10_000, meaning="bars of the slow average")

    def __post_init__(self) -> None:
        require_in_range(self)
        require(self.fast < self.slow, f"fast {self.fast} must be below slow {self.slow}")

    @property
    def warm_up_bars(self) -> int:
        """The slow average of two bars in a row."""
        return self.slow + 1

    def signals(self, bars: BarSeries) -> Signals:
        """Side at the bar that crosses; no levels of its own."""
        close = read_only(bars.close)
        return Signals(bars.symbol, crossings(ema(close, self.fast), ema(close, self.slow)))
