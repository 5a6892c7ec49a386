"""How far the plain readings of the market agree with a trade: a feature, never a veto.

The soft score of analysis.md §3.6. It takes part in calibration and is published with every
verdict; no trade is refused for it. A long of a market and a short of its mirror image have the
same score.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from trading import indicators
from trading.bars import to_bars
from trading.bitcoin import BITCOIN
from trading.checks import require
from trading.positions import Direction
from trading.previous_ranges import previous_day
from trading.resampling import bigger, resample
from trading.signals import Signal
from trading.snapshot import MarketSnapshot

_STRONG_ADX = 20.0
_STRETCHED_RSI = 75.0
_ROOM_OF_TARGET = Decimal("0.8")
_DAY = timedelta(hours=24)


class Reading(StrEnum):
    """What is read. Each speaks for the trade (1), against it (-1) or not at all (0)."""

    TREND = "trend"
    """The average of 20 bars above that of 50 speaks for a long."""

    BIGGER_TREND = "bigger_trend"
    """The same on the next bigger timeframe, made of the snapshot's own bars."""

    STRENGTH = "strength"
    """The stronger directional indicator, where ADX is above 20; else 0."""

    STRETCH = "stretch"
    """Against a long at an RSI above 75 and a short at one below 25, otherwise for it."""

    VOLUME = "volume"
    """The direction of the last bar, where its volume is above the usual; else 0."""

    ROOM = "room"
    """For the trade if the nearest swing or extreme of yesterday leaves it 0.8 of its way."""

    BITCOIN = "bitcoin"
    """Where bitcoin went in 24 hours."""


@dataclass(frozen=True, slots=True)
class Part:
    """One reading and how it agrees with the trade: -1, 0 or 1."""

    reading: Reading
    agreement: int

    def __post_init__(self) -> None:
        require(
            self.agreement in {-1, 0, 1},
            f"{self.reading} agrees by {self.agreement}; it is -1, 0 or 1",
        )


@dataclass(frozen=True, slots=True)
class RuleScore:
    """The mean of the parts that are known, -1..1; 0, which moves nothing, if none is.

    `missing` names the readings that the snapshot does not hold: they have no part in the mean.
    """

    value: Decimal
    parts: tuple[Part, ...]
    missing: tuple[Reading, ...]


def score(signal: Signal, snapshot: MarketSnapshot) -> RuleScore:
    """How the readings of `snapshot` agree with the trade of `signal`, equally weighted."""
    found = {reading: read(signal, snapshot) for reading, read in _READERS.items()}
    parts = tuple(Part(name, said) for name, said in found.items() if said is not None)
    total = Decimal(sum(part.agreement for part in parts))
    return RuleScore(
        value=total / len(parts) if parts else Decimal(0),
        parts=parts,
        missing=tuple(name for name, said in found.items() if said is None),
    )


def _trend(signal: Signal, snapshot: MarketSnapshot) -> int | None:
    fast, slow = snapshot.indicators.ema_20, snapshot.indicators.ema_50
    if fast is None or slow is None:
        return None
    return signal.direction.sign * _sign(fast - slow)


def _bigger_trend(signal: Signal, snapshot: MarketSnapshot) -> int | None:
    into = bigger(snapshot.interval)
    if into is None:
        return None
    close = to_bars(resample(snapshot.candles, snapshot.interval, into)).close
    if len(close) == 0:
        return None
    gap = float(indicators.ema(close, 20)[-1] - indicators.ema(close, 50)[-1])
    return None if np.isnan(gap) else signal.direction.sign * _sign(gap)


def _strength(signal: Signal, snapshot: MarketSnapshot) -> int | None:
    readings = snapshot.indicators
    if readings.adx is None or readings.plus_di is None or readings.minus_di is None:
        return None
    if readings.adx <= _STRONG_ADX:
        return 0
    return signal.direction.sign * _sign(readings.plus_di - readings.minus_di)


def _stretch(signal: Signal, snapshot: MarketSnapshot) -> int | None:
    rsi = snapshot.indicators.rsi
    if rsi is None:
        return None
    strength = rsi if signal.direction is Direction.LONG else 100 - rsi
    return -1 if strength > _STRETCHED_RSI else 1


def _volume(signal: Signal, snapshot: MarketSnapshot) -> int | None:
    z_score, last = snapshot.indicators.volume_z, snapshot.candles[-1]
    if z_score is None:
        return None
    return signal.direction.sign * _sign(last.close - last.open) if z_score > 0 else 0


def _room(signal: Signal, snapshot: MarketSnapshot) -> int | None:
    sign, levels = signal.direction.sign, _opposing_levels(signal, snapshot)
    if not levels:
        return None
    needed = _ROOM_OF_TARGET * abs(signal.take_profit - signal.entry_price)
    ahead = (sign * (level - signal.entry_price) for level in levels)
    return -1 if any(0 < distance < needed for distance in ahead) else 1


def _opposing_levels(signal: Signal, snapshot: MarketSnapshot) -> tuple[Decimal, ...]:
    readings, day = snapshot.indicators, previous_day(snapshot)
    is_long = signal.direction is Direction.LONG
    swings = readings.swing_highs if is_long else readings.swing_lows
    yesterday = () if day is None else (day.high if is_long else day.low,)
    return (*(Decimal(str(swing)) for swing in swings), *yesterday)


def _bitcoin(signal: Signal, snapshot: MarketSnapshot) -> int | None:
    change = _bitcoin_day(snapshot)
    return None if change is None else signal.direction.sign * _sign(change)


def _bitcoin_day(snapshot: MarketSnapshot) -> Decimal | float | None:
    """Where bitcoin went in 24 hours: by its own candles, or by what the snapshot tells of it."""
    if snapshot.symbol != BITCOIN:
        return None if snapshot.bitcoin is None else snapshot.bitcoin.return_24h
    bars = _DAY // snapshot.interval.length
    if len(snapshot.candles) <= bars:
        return None
    return snapshot.candles[-1].close - snapshot.candles[-1 - bars].close


def _sign(value: float | Decimal) -> int:
    return (value > 0) - (value < 0)


_Reader: TypeAlias = Callable[[Signal, MarketSnapshot], int | None]

_READERS: Mapping[Reading, _Reader] = MappingProxyType(
    {
        Reading.TREND: _trend,
        Reading.BIGGER_TREND: _bigger_trend,
        Reading.STRENGTH: _strength,
        Reading.STRETCH: _stretch,
        Reading.VOLUME: _volume,
        Reading.ROOM: _room,
        Reading.BITCOIN: _bitcoin,
    }
)
