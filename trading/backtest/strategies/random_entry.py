"""Entries by chance: what a rule without any idea would have earned, fees included."""

from dataclasses import dataclass

import numpy as np

from trading.backtest.bars import BarSeries
from trading.backtest.signals import Signals
from trading.backtest.strategies.parameters import number, require_in_range


@dataclass(frozen=True, slots=True)
class RandomEntry:
    """Enters at each bar with `chance`, long or short alike.

    Bars are drawn one after the other from the seed and the symbol's name, so the same candles
    give the same entries and later candles change nothing.
    """

    chance: float = number(0.01, lowest=0.0, highest=1.0, meaning="probability of entry per bar")
    seed: int = number(1, lowest=0, highest=2**31, meaning="which of the random series")

    def __post_init__(self) -> None:
        require_in_range(self)

    @property
    def warm_up_bars(self) -> int:
        """Chance needs no history."""
        return 1

    def signals(self, bars: BarSeries) -> Signals:
        """A side where the dice say so; no levels of its own."""
        dice = np.random.default_rng([self.seed, *bars.symbol.encode()]).random(len(bars))
        # One throw decides both: its lower half of the entries is long.
        side = np.where(dice < self.chance, np.where(dice < self.chance / 2, 1, -1), 0)
        return Signals(bars.symbol, side.astype(np.int8))
