"""The built-in analyst over past candles, exactly as the live desk would have asked it.

Twin of `trading.technical_analyst.analyse` and of those checks of `trading.signals.validate` and
`trading.snapshot` that need nothing but candles.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from trading.backtest.bars import BarSeries, Floats
from trading.backtest.live_twins.codes import PASSES
from trading.backtest.live_twins.signals import level_rules
from trading.backtest.signals import Signals
from trading.backtest.strategies.extremes import highest_before, lowest_before
from trading.backtest.strategies.parameters import number, require_in_range
from trading.backtest.strategies.smoothing import read_only
from trading.backtest.strategies.technical_bars import (
    Candles,
    TechnicalColumns,
    TechnicalNumbers,
    judge_bars,
)
from trading.backtest.strategies.technical_window import Periods, moves_of
from trading.checks import require
from trading.indicators import swing_highs, swing_lows
from trading.signals import SignalRules
from trading.snapshot import SnapshotRules
from trading.technical_analyst import TechnicalRules


@dataclass(frozen=True, slots=True)
class Technical:
    """The analyst's parameters, and the desk's around it; the defaults are those of the desk.

    The ticker of a decision is not recorded: the last price is the close that was just seen, and
    the book stands `half_spread_ticks` on either side of it. `tick_sizes` in USDT by symbol; a
    symbol that is not named is not rounded. A window with a missing candle decides nothing.
    """

    fast_period: int = number(20, lowest=1, highest=500, meaning="bars of the fast average")
    slow_period: int = number(50, lowest=2, highest=500, meaning="bars of the slow average")
    oscillator_period: int = number(14, lowest=1, highest=200, meaning="bars of RSI, ADX and ATR")
    breakout_period: int = number(20, lowest=1, highest=500, meaning="bars of the range to leave")
    pullback_bars: int = number(
        3, lowest=1, highest=100, meaning="bars that may touch the average"
    )
    minimum_adx: float = number(15.0, lowest=0.0, highest=100.0, meaning="ADX a trend needs")
    exhausted_rsi: float = number(80.0, lowest=50.0, highest=100.0, meaning="RSI of a stretch")
    stop_atr: float = number(1.5, lowest=0.1, highest=20.0, meaning="stop in average ranges")
    reward_risk: float = number(1.8, lowest=0.1, highest=20.0, meaning="target in stops")
    lookback_bars: int = number(
        250, lowest=30, highest=1000, meaning="closed candles that are seen"
    )
    half_spread_ticks: int = 1
    tick_sizes: Mapping[str, float] = field(default_factory=dict)
    checks: SignalRules = field(default_factory=SignalRules)
    spike_atr: float = SnapshotRules().spike_atr

    def __post_init__(self) -> None:
        require_in_range(self)
        needed = max(self.rules.warm_up_bars, self.oscillator_period + 2)
        require(
            self.lookback_bars >= needed,
            f"lookback_bars is {self.lookback_bars}; these periods need {needed} or more",
        )

    @property
    def rules(self) -> TechnicalRules:
        """The same parameters for the live analyst."""
        return TechnicalRules(
            fast_period=self.fast_period,
            slow_period=self.slow_period,
            oscillator_period=self.oscillator_period,
            breakout_period=self.breakout_period,
            pullback_bars=self.pullback_bars,
            minimum_adx=self.minimum_adx,
            exhausted_rsi=self.exhausted_rsi,
            stop_atr=Decimal(str(self.stop_atr)),
            reward_risk=Decimal(str(self.reward_risk)),
        )

    @property
    def warm_up_bars(self) -> int:
        """A full window: with fewer candles the desk does not ask."""
        return self.lookback_bars

    def signals(self, bars: BarSeries) -> Signals:
        """Sides with stop and target at the bars where the desk would trade."""
        columns = self.columns(bars)
        passes = (columns.side != 0) & (columns.code == PASSES)
        return Signals(
            bars.symbol,
            np.where(passes, columns.side, 0).astype(np.int8),
            stop=_where(passes, columns.stop),
            target=_where(passes, columns.target),
            atr_fraction=_where(passes, columns.atr / bars.close),
            swing=_where(passes, columns.swing),
        )

    def columns(self, bars: BarSeries, last: Floats | None = None) -> TechnicalColumns:
        """What the analyst wanted at each bar, and the code of the check that forbade it.

        `last` is the price of the ticker at each decision, (n_bars,); None: the close.
        """
        high, low, close = read_only(bars.high), read_only(bars.low), read_only(bars.close)
        candles = Candles(
            open=read_only(bars.open),
            high=high,
            low=low,
            close=close,
            last=close if last is None else read_only(last),
            highest=read_only(highest_before(high, self.breakout_period)),
            lowest=read_only(lowest_before(low, self.breakout_period)),
            swing_highs=read_only(swing_highs(high)),
            swing_lows=read_only(swing_lows(low)),
            is_whole=_whole_windows(bars, self.lookback_bars),
        )
        return judge_bars(candles, moves_of(high, low, close), self._numbers(bars.symbol))

    def _numbers(self, symbol: str) -> TechnicalNumbers:
        tick = float(self.tick_sizes.get(symbol, 0.0))
        return TechnicalNumbers(
            self.lookback_bars,
            Periods(
                self.fast_period, self.slow_period, self.oscillator_period, self.pullback_bars
            ),
            self.minimum_adx,
            self.exhausted_rsi,
            self.stop_atr,
            self.reward_risk,
            self.spike_atr,
            tick,
            tick * self.half_spread_ticks,
            level_rules(self.checks),
        )


def _whole_windows(bars: BarSeries, lookback: int) -> NDArray[np.bool_]:
    """Whether the `lookback` bars that end with each bar follow each other without a gap."""
    whole = np.zeros(len(bars), np.bool_)
    first, last = (
        bars.opened_ms[: max(len(bars) - lookback + 1, 0)],
        bars.opened_ms[lookback - 1 :],
    )
    whole[lookback - 1 :] = last - first == (lookback - 1) * bars.interval_ms
    return whole


def _where(passes: NDArray[np.bool_], column: Floats) -> Floats:
    return np.where(passes, column, np.nan)
