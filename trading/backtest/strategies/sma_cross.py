"""The oldest rule there is: be long while the fast average is above the slow one, else short."""

from dataclasses import dataclass

from trading.backtest.averages import crosses
from trading.backtest.bars import BarSeries
from trading.backtest.signals import Signals
from trading.backtest.strategies.parameters import number, require_in_range
from trading.checks import require


@dataclass(frozen=True, slots=True)
class SmaCross:
    """Enters where two simple averages of the close cross; averages that are equal do not cross.

    The sums are exact, so that ties of round prices are ties.
    """

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
        return Signals(bars.symbol, crosses(bars.close, self.fast, self.slow))
