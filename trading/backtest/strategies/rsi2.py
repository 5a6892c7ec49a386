"""Buying dips of a rising market and selling rallies of a falling one.

L. Connors and C. Alvarez, Short Term Trading Strategies That Work (2009), chapter 9: RSI of 2 bars
below 10 above the average of 200 bars, out above the average of 5; short in the mirror.
"""

from dataclasses import dataclass

import numpy as np

from trading.backtest.bars import BarSeries
from trading.backtest.signals import Signals
from trading.backtest.strategies.holding import hold
from trading.backtest.strategies.parameters import number, require_in_range
from trading.backtest.strategies.smoothing import read_only, rsi, sma


@dataclass(frozen=True, slots=True)
class Rsi2:
    """Enters against a stretch in the direction of the trend, leaves at the exit average."""

    oscillator: int = number(2, lowest=1, highest=500, meaning="bars of the RSI")
    oversold: float = number(10.0, lowest=0.0, highest=50.0, meaning="a long needs an RSI below")
    trend: int = number(200, lowest=2, highest=10_000, meaning="bars of the average of the trend")
    leave: int = number(5, lowest=1, highest=10_000, meaning="bars of the average that ends it")

    def __post_init__(self) -> None:
        require_in_range(self)

    @property
    def warm_up_bars(self) -> int:
        """The slowest average or the RSI, whichever takes longer."""
        return max(self.trend, self.leave, self.oscillator + 1)

    def signals(self, bars: BarSeries) -> Signals:
        """Side at the bar that is stretched, close at the bar that has recovered; no levels."""
        close = read_only(bars.close)
        strength, trend, leave = (
            rsi(close, self.oscillator),
            sma(close, self.trend),
            sma(close, self.leave),
        )
        dip = (close > trend) & (strength < self.oversold)
        rally = (close < trend) & (strength > 100 - self.oversold)
        enter = dip.astype(np.int8) - rally.astype(np.int8)
        return Signals(bars.symbol, *hold(enter, close > leave, close < leave))
