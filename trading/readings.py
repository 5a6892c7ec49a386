"""The indicator values of the last closed bar, as a snapshot shows them to an analyst."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from trading import indicators
from trading.bars import Series, to_bars
from trading.candles import Candle, Interval

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_FEWEST_RETURNS = 2


@dataclass(frozen=True, slots=True)
class Readings:
    """Indicators at the last bar; None where there are too few bars to be warm.

    Averages, `atr` and swings in USDT; `rsi`, `adx` and the directional indicators 0..100;
    `volatility_day` and `volatility_week` are deviations of log returns per bar over 24 hours and
    7 days. `atr_before` is the range average without the last bar, which a spike would lift.
    Swings are the last four confirmed ones, newest last.
    """

    ema_20: float | None
    ema_50: float | None
    ema_200: float | None
    atr: float | None
    atr_before: float | None
    rsi: float | None
    adx: float | None
    plus_di: float | None
    minus_di: float | None
    volatility_day: float | None
    volatility_week: float | None
    volume_z: float | None
    swing_highs: tuple[float, ...]
    swing_lows: tuple[float, ...]


def read(candles: Sequence[Candle], interval: Interval) -> Readings:
    """The readings at the last of `candles`, with the periods of analysis.md §3.1."""
    bars = to_bars(candles)
    movement = indicators.adx(bars.high, bars.low, bars.close)
    ranges = indicators.atr(bars.high, bars.low, bars.close)
    return Readings(
        ema_20=_last(indicators.ema(bars.close, 20)),
        ema_50=_last(indicators.ema(bars.close, 50)),
        ema_200=_last(indicators.ema(bars.close, 200)),
        atr=_last(ranges),
        atr_before=_last(ranges[:-1]),
        rsi=_last(indicators.rsi(bars.close)),
        adx=_last(movement.adx),
        plus_di=_last(movement.plus_di),
        minus_di=_last(movement.minus_di),
        volatility_day=_volatility(bars.close, _DAY // interval.length),
        volatility_week=_volatility(bars.close, _WEEK // interval.length),
        volume_z=_last(indicators.volume_z_score(bars.volume)),
        swing_highs=_recent(indicators.swing_highs(bars.high)),
        swing_lows=_recent(indicators.swing_lows(bars.low)),
    )


def _volatility(close: Series, period: int) -> float | None:
    """None too where the period is a single candle: one return has no deviation."""
    if period < _FEWEST_RETURNS:
        return None
    return _last(indicators.realised_volatility(close, period))


def _last(series: Series) -> float | None:
    if len(series) == 0 or np.isnan(series[-1]):
        return None
    return float(series[-1])


def _recent(swings: Series, count: int = 4) -> tuple[float, ...]:
    return tuple(float(price) for price in swings[~np.isnan(swings)][-count:])
